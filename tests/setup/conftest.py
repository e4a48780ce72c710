"""In: a test. Out: a small copy of the set-up scripts in a folder of its own, with a stand-in for uv.

The stand-in makes an environment around this Python and "installs" in no time: what is tested is our logic
(what is done again, repaired, waited for), not three gigabytes of downloads.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = """#!/bin/bash
echo "$*" >> "$TREE/uv.calls"
case "$1" in
  --version) echo 'uv 0.13.9'; sed -i '$d' "$TREE/uv.calls" ;;
  venv) mkdir -p .venv/bin && ln -sf "$REAL_PYTHON" .venv/bin/python ;;
  pip) eval "${DURING_SYNC:-true}" ;;
esac
"""


@dataclass(frozen=True)
class Tree:
    """A copy of the scripts and a home, with nothing installed."""

    root: Path
    """The project's folder."""
    environment: dict[str, str]
    """What the commands see; no variable of this machine but PATH's system folders."""

    def bash(self, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a bash command in the tree."""
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self.root,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def setup(self, level: str = "run", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the set-up."""
        return self.bash(f"scripts/setup.sh {level}", **environment)

    def calls(self) -> list[str]:
        """What uv was asked for so far, first words only."""
        log = self.root / "uv.calls"
        return [" ".join(line.split()[:2]) for line in log.read_text().splitlines()] if log.exists() else []

    def program(self, name: str, text: str) -> Path:
        """Put a program on the PATH."""
        path = self.root / "bin" / name
        path.write_text(text)
        path.chmod(0o755)
        return path


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    root = tmp_path / "项目 copy"
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("bin", "home", "requirements"):
        (root / folder).mkdir()
    (root / "requirements" / "run.lock").write_text("a==1\n")
    (root / "requirements" / "test.lock").write_text("a==1\nb==2\n")
    python = os.path.realpath(sys.executable)
    environment = {
        "PATH": f"{root / 'bin'}:/usr/bin:/bin",
        "HOME": str(root / "home"),
        "TREE": str(root),
        "REAL_PYTHON": python,
        "PYTHON310": python,
        "LC_ALL": "C.UTF-8",
    }
    made = Tree(root, environment)
    made.program("uv", UV)
    made.program("df", "#!/bin/bash\necho Filesystem; echo '/dev/x 1 1 99999999 1% /'\n")
    return made
