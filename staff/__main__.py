"""In: the database. Out: data/nlu/staff.yml, the sentences that staff have accepted, for the next training.

python -m staff sentences [file]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.errors import LaihutongError
from bot.settings import ROOT, settings
from staff.database import StaffDatabase
from staff.sentences import Sentences

FILE = ROOT / "data" / "nlu" / "staff.yml"


def main(arguments: list[str] | None = None) -> int:
    """Writes the file anew; an exit status."""
    asked = argparse.ArgumentParser(prog="python -m staff")
    asked.add_argument("what", choices=["sentences"])
    asked.add_argument("file", nargs="?", type=Path, default=FILE)
    file: Path = asked.parse_args(arguments).file
    database = StaffDatabase(settings().sql_url)
    try:
        sentences = Sentences(database)
        count, text = len(sentences.listed("accepted", 10_000)), sentences.training_file()
    except LaihutongError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    finally:
        database.close()
    if not count:
        print("还没有收下的例句，没有写文件。")
        return 0
    file.write_text(text, encoding="utf-8")
    print(f"{count} 句写进了 {file}。看一遍，再 make train。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
