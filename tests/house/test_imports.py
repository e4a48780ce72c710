"""Imports point one way along the flow: channel → dialogue → action → service, understanding and answers beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import ROOT

BASE = ("bot.messages", "bot.errors", "bot.clock", "bot.settings", "bot.cpu", "bot.hours", "bot.operation.metrics")
"""What everybody may use."""
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "bot.messages": (),
    "bot.errors": (),
    "bot.clock": (),
    "bot.settings": ("bot.hours",),
    "bot.hours": (),
    "bot.cpu": (),
    "bot.operation.metrics": ("bot.messages",),
    "services": BASE,
    "services.eligibility.facts": (*BASE, "services.knowledge"),
    "services.eligibility.models": (*BASE, "services.knowledge", "services.eligibility.facts"),
    "services.eligibility.rules": (
        *BASE,
        "services.knowledge",
        "services.eligibility.facts",
        "services.eligibility.models",
    ),
    "services.eligibility.outcome": (
        *BASE,
        "services.knowledge",
        "services.eligibility.facts",
        "services.eligibility.models",
        "services.eligibility.rules",
    ),
    "services.bundled": (*BASE, "services", "bot.operation.problems"),
    "bot.answers": (*BASE, "services.knowledge.models"),
    "bot.understanding": (
        *BASE,
        "services.knowledge",
        "services.eligibility.facts",
    ),
    "bot.dialogue": (*BASE, "bot.understanding", "bot.answers"),
    "actions": (*BASE, "bot.dialogue", "bot.answers", "bot.understanding", "services.clients"),
    "bot.channels": (*BASE, "bot.dialogue", "bot.answers", "bot.understanding", "services.handover", "services.cases"),
    "bot.channels.hotline": (
        *BASE,
        "bot.channels",
        "bot.dialogue",
        "bot.answers",
        "bot.understanding",
        "services.calls",
        "services.cases.workdays",
        "services.clients",
    ),
    "bot.channels.hotline.voice": (
        *BASE,
        "bot.dialogue",
        "bot.answers",
        "bot.understanding",
        "bot.channels",
        "services.breaker",
    ),
    "bot.operation": (*BASE, "bot", "services", "actions"),
    "staff": (*BASE, "services", "bot.answers", "bot.understanding", "bot.channels.masking", "bot.operation.secret"),
}
"""Package → what it may import besides itself. The longest matching name on the left decides."""
OURS = ("bot", "services", "actions", "staff", "scripts", "server")
PURE_SERVICES = ("models", "core", "search", "evidence", "snapshot", "item_state", "units", "spelling", "words")
"""Modules of services that are computation only."""
FRAMEWORKS = ("rasa", "fastapi", "starlette", "redis", "sqlalchemy", "uvicorn")


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("bot", "services", "actions", "staff"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(part for part in parts if part != "__init__"), path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


@pytest.mark.parametrize(("module", "path"), modules(), ids=lambda value: value if isinstance(value, str) else "")
def test_no_arrow_against_the_flow(module: str, path: Path) -> None:
    homes = [home for home in MAY_IMPORT if within(module, (home,))]
    if not homes:  # a package's own __init__ above the stations
        assert not [name for name in imported(path) if within(name, OURS) and name != "bot.cpu"]
        return
    home = max(homes, key=len)
    allowed = (*MAY_IMPORT[home], home)
    wrong = [name for name in imported(path) if within(name, OURS) and not within(name, allowed)]
    assert not wrong, f"{module} must not import {wrong}"


def is_pure(module: str, path: Path) -> bool:
    if within(module, ("services.eligibility",)):
        return path.stem != "api"
    return module.startswith("services.") and path.stem in PURE_SERVICES


@pytest.mark.parametrize(("module", "path"), [(m, p) for m, p in modules() if is_pure(m, p)])
def test_cores_of_services_know_no_framework(module: str, path: Path) -> None:
    assert not [name for name in imported(path) if within(name, FRAMEWORKS)]


def test_only_the_engine_loads_rasa_outside_its_components() -> None:
    allowed = ("bot.dialogue", "bot.understanding.components", "actions")
    wrong = [m for m, p in modules() if not within(m, allowed) and any(within(n, ("rasa",)) for n in imported(p))]
    assert not wrong
