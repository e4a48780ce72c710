"""In: a sentence. Out: what every kind of evidence said about it. python -m bot.understanding.explain "…" """

from __future__ import annotations

import argparse
import sys
from typing import Any

from bot import clock
from bot.errors import LaihutongError
from bot.understanding import runtime
from bot.understanding.pipeline import Understander
from bot.understanding.reading import Reading

_SHOWN = 4


def explain(understander: Understander, text: str) -> dict[str, Any]:
    """How the understanding of `text` came about.

    Returns:
        read (as normalised and in plain words), acts, alike (training sentences), items (each with its
        probability and what every kind of evidence added), understood.
    """
    reading = Reading(text, clock.today())
    understood = understander.run(reading)
    return {
        "read": [reading.normalized, reading.plain],
        "acts": list(understood.acts),
        "items": understander.evidence_for(reading, _SHOWN),
        "understood": understood.to_dict(),
    }


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.understanding.explain", description=__doc__)
    parser.add_argument("text")
    options = parser.parse_args(arguments)
    try:
        found = explain(runtime.understander(), options.text)
    except LaihutongError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    print(f"规范写法  {found['read'][0]}\n普通说法  {found['read'][1]}")
    print("在做什么  " + "  ".join(f"{act} {score:.2f}" for act, score in found["acts"]))
    for item in found["items"]:
        said = "  ".join(f"{kind} {value:+.2f}" for kind, value in item["evidence"].items())
        print(f"{item['chance']:.3f}  {item['item_id'] or '（没有说事项）'}\n       {said}")
    understood = found["understood"]
    print(f"结论  {understood['act']} · {understood['item_id']} · 范围内 {understood['in_scope']}", end="")
    print(f" · 危险 {understood['alert']} · 事实 {dict(understood['facts'])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
