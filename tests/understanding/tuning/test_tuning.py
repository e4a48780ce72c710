"""The checks of tuning, in a process of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT

CHECKS = Path(__file__).with_name("checks.py")


def test_tuning_in_small() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(CHECKS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
