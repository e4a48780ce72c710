"""In: the Makefile. Out: its targets do their steps in order, with the environment Python needs from its start."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from tests.setup.conftest import ROOT


def make(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(
        ["make", *words], cwd=ROOT, env=clean | environment, capture_output=True, text=True, timeout=60, check=False
    )


def steps(target: str) -> list[str]:
    return [line for line in make("-n", target).stdout.splitlines() if "make" not in line.split()[:1]]


def test_run_sets_up_then_prepares_then_serves() -> None:
    assert steps("run") == [
        "scripts/setup.sh run",
        f"OMP_NUM_THREADS={os.cpu_count()} .venv/bin/python -m scripts.prepare",
        "exec .venv/bin/python server.py",
    ]


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) - {"env", "env-test"}
    listed = {line.split()[1] for line in make("help").stdout.splitlines()}
    assert listed == targets


@pytest.mark.parametrize("target", ["evaluate", "explain"])
def test_a_missing_argument_is_told(target: str) -> None:
    assert "用法" in "".join(steps(target))


def test_scripts_stay_readable() -> None:
    for script in [*(ROOT / "scripts").rglob("*.sh"), ROOT / ".ci" / "run"]:
        assert len(script.read_text(encoding="utf-8").splitlines()) <= 150
        assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert os.access(ROOT / "scripts" / "setup.sh", os.X_OK)


def test_ci_calls_the_same_target_as_people() -> None:
    assert "exec make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
