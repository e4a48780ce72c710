"""What the house style asks of every file."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

from bot.settings import ROOT

MOST_LINES = 400


def tracked(*suffixes: str) -> list[Path]:
    out = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in out.splitlines() if name.endswith(suffixes) and (ROOT / name).exists()]


@pytest.mark.parametrize("path", tracked(".py", ".js", ".css", ".sh"), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_has_two_jobs(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize(
    "path", [p for p in tracked(".py") if p.stat().st_size], ids=lambda p: str(p.relative_to(ROOT))
)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_no_path_of_a_developers_machine() -> None:
    words = ("/" + "root/", "/" + "work/", "." + "./shared")
    paths = tracked(".py", ".md", ".yml", ".sh", ".toml", ".txt", "Makefile")
    found = [f"{p.relative_to(ROOT)}: {w}" for p in paths for w in words if w in p.read_text("utf-8")]
    assert not found
