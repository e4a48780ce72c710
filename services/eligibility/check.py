"""In: the folder schemes/. Out: every wrong scheme, wrong case and untried condition, printed; exit code 1 if any.

python -m services.eligibility.check [scheme id …]
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.errors import DataError
from bot.settings import ROOT
from services.eligibility.cases import faults, load_cases, untried
from services.eligibility.files import SchemeBook, shipped_book


def complaints_about(book: SchemeBook, folder: Path, wanted: list[str]) -> list[str]:
    """One sentence for everything wrong with the cases of these schemes."""
    found = []
    for name, scheme in book.schemes.items():
        if wanted and name not in wanted:
            continue
        path = folder / name / "cases.yml"
        if not path.is_file():
            found.append(f"schemes/{name}：缺 cases.yml。")
            continue
        try:
            cases = load_cases(path)
        except DataError as error:
            found.append(error.sentence)
            continue
        wrong = [fault for case in cases for fault in faults(scheme, case)] + untried(scheme, cases)
        found += [f"schemes/{name}/cases.yml · {fault}。" for fault in wrong]
    return found


def unused_facts(book: SchemeBook) -> list[str]:
    """Facts that no scheme looks at."""
    used = {name for scheme in book.schemes.values() for name in scheme.order}
    used |= {name for name, fact in book.facts.items() if fact.counted_from and fact.counted_from.date in used}
    used |= {fact.counted_from.date for fact in book.facts.values() if fact.counted_from}
    used |= {rule.fact for fact in book.facts.values() for rule in fact.implies if fact.id in used}
    return [f"schemes/facts.yml · {name}：没有方案用它。" for name in book.facts if name not in used]


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    wanted = sys.argv[1:] if arguments is None else arguments
    folder = ROOT / "schemes"
    try:
        book = shipped_book()
        found = complaints_about(book, folder, wanted) + ([] if wanted else unused_facts(book))
    except DataError as error:
        found = [error.sentence]
        book = SchemeBook({}, {})
    print("\n".join([*found, f"查了 {len(book.schemes)} 个方案：错误 {len(found)} 条。"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
