"""In: requirements/. Out: every version fixed, with hashes, without addresses; tests run what people run."""

from __future__ import annotations

import re

import pytest

from tests.setup.conftest import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


def text(name: str) -> str:
    return (ROOT / "requirements" / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall(text(name)))


def wanted(name: str) -> set[str]:
    """Names asked for in an .in file."""
    return {re.split(r"[=<>\[ ]", line)[0].lower() for line in text(name).splitlines() if re.match(r"[A-Za-z]", line)}


def test_tests_run_the_same_versions() -> None:
    run, speech, test = pins("run.lock"), pins("speech.lock"), pins("test.lock")
    assert len(run) > 100
    assert {name: speech.get(name) for name in run} == run
    assert {name: test.get(name) for name in speech} == speech


@pytest.mark.parametrize("name", ["run", "speech", "speech_data", "test"])
def test_everything_asked_for_is_locked(name: str) -> None:
    assert wanted(f"{name}.in") <= {each.lower() for each in pins(f"{name}.lock")}


@pytest.mark.parametrize("name", ["run.lock", "speech.lock", "speech_data.lock", "test.lock"])
def test_every_version_has_hashes_and_no_address(name: str) -> None:
    assert "://" not in text(name)
    entries = re.split(r"\n(?=[A-Za-z0-9])", text(name).partition("make lock\n")[2])
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries if entry.strip())


def test_pins_of_rasa_hold() -> None:
    run = pins("run.lock")
    assert run["rasa"] == "3.6.21"
    assert run["numpy"] == "1.23.5"
    assert run["pydantic"] == "1.10.9"
    assert run["sqlalchemy"].startswith("1.4.")
    assert run["websockets"].startswith("10.")
