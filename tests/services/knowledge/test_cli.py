"""python -m services.knowledge: publish a file, export files, and say plainly what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.settings import ROOT
from services.knowledge.files import dump_items, load_items
from services.knowledge.models import Item
from services.knowledge.store import KnowledgeStore
from tests.services.knowledge.made import TODAY, make_item


def run(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.knowledge", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=60
    )


def test_a_file_is_published_on_top_of_the_inventory(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "new.yml"
    file.write_text(dump_items([make_item("housing.test.new", "新事项")]), encoding="utf-8")
    done = run(sqlite_url, "publish", str(file), "--author", "小王", "--from", "2026-11-01")
    assert done.stdout == "housing.test.new 第 1 版，2026-11-01 起生效\n", done.stderr
    names = [item.name for item, _ in KnowledgeStore(sqlite_url).published(TODAY)]
    assert "新事项" in names
    assert len(names) > 100, "the files of the installation were not lost"


def test_an_export_is_what_an_installation_starts_from(
    sqlite_url: str, tmp_path: Path, inventory: tuple[Item, ...]
) -> None:
    assert run(sqlite_url, "export", str(tmp_path / "out")).returncode == 0
    again = load_items(tmp_path / "out")
    assert sorted(again, key=lambda item: item.id) == sorted(inventory, key=lambda item: item.id)


def test_a_wrong_file_is_refused_and_nothing_is_published(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.yml"
    file.write_text("- id: housing.bad\n  topic: housing\n", encoding="utf-8")
    done = run(sqlite_url, "publish", str(file))
    assert done.returncode == 1
    assert "housing.bad" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "knowledge.db").exists()


def test_a_day_that_is_none(sqlite_url: str, tmp_path: Path) -> None:
    done = run(sqlite_url, "publish", "x.yml", "--from", "明天")
    assert done.returncode == 2
    assert "“明天”不是日期" in done.stderr
