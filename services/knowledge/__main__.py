"""In: `publish FILE.yml [--author NAME] [--from DATE]` or `export FOLDER`. Out: new versions, or files."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import date
from pathlib import Path

from bot.clock import today
from bot.errors import LaihutongError
from bot.settings import ROOT, Settings, settings
from services.knowledge.bell import Bell
from services.knowledge.files import dump_items, load_item_file, load_items
from services.knowledge.models import TOPICS
from services.knowledge.store import KnowledgeStore


def publish(chosen: Settings, path: Path, author: str, start: date) -> list[str]:
    """Publish every item of a file; running servers show them within two seconds.

    Returns:
        One line for each item, for the person at the terminal.
    """
    items = load_item_file(path)
    store = _store(chosen)
    lines = [f"{item.id} 第 {store.publish(item, author, start)} 版，{start} 起生效" for item in items]
    if chosen.redis_url:
        bell = Bell(chosen.redis_url, lambda: None)
        bell.ring()
        bell.close()
    return lines


def export(chosen: Settings, folder: Path, day: date) -> list[str]:
    """Write the items in force as <topic>.yml files, the form a new installation starts from."""
    folder.mkdir(parents=True, exist_ok=True)
    items = [item for item, _ in _store(chosen).published(day)]
    lines = []
    for topic in TOPICS:
        mine = [item for item in items if item.topic == topic]
        (folder / f"{topic}.yml").write_text(dump_items(mine), encoding="utf-8")
        lines.append(f"{topic}.yml {len(mine)} 个事项")
    return lines


def _store(chosen: Settings) -> KnowledgeStore:
    """Seeded first: a publish into an empty database would keep the files from ever being loaded."""
    store = KnowledgeStore(chosen.sql_url)
    store.migrate()
    store.seed(load_items(ROOT / "policy"))
    return store


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，要写成 2026-11-23 这样") from None


def main(argv: list[str] | None = None) -> int:
    """0 when done; 1 with a sentence on stderr when a file is wrong or the database refuses."""
    parser = argparse.ArgumentParser(prog="python -m services.knowledge", description="发布或导出事项。")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("publish", help="发布一个文件里的事项")
    one.add_argument("file", type=Path)
    one.add_argument("--author", default=getpass.getuser(), help="谁发布的")
    one.add_argument("--from", dest="start", type=_day, default=today(), help="从哪天起生效，默认今天")
    two = commands.add_parser("export", help="把现行事项写成文件")
    two.add_argument("folder", type=Path)
    asked = parser.parse_args(argv)
    try:
        if asked.command == "publish":
            lines = publish(settings(), asked.file, asked.author, asked.start)
        else:
            lines = export(settings(), asked.folder, today())
    except LaihutongError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
