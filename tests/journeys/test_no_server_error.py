"""Schemathesis over the public interface, as its OpenAPI describes it: whatever is sent, nothing is a server error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.journeys.conftest import Server

EXAMPLES = 20
"""For each operation: about ten seconds in all."""


def test_whatever_is_sent_there_is_no_500(server: Server, tmp_path: Path) -> None:
    schemathesis = str(Path(sys.executable).with_name("schemathesis"))
    options = ("--checks", "not_a_server_error", "--phases", "fuzzing", "--max-examples", str(EXAMPLES))
    repeatable = ("--generation-deterministic", "--no-color")
    command = [schemathesis, "run", f"{server.url}/openapi.json", *options, *repeatable]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "not_a_server_error" not in done.stdout
    assert "Tested:" in done.stdout, "some operations were tried"
