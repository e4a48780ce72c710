"""In: a labelled file (contract, "Labelled file"). Out: the figures, printed and in var/evaluation.json.

python -m bot.understanding.evaluate FILE.jsonl
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import sqrt
from pathlib import Path
from typing import Any

from bot import clock
from bot.errors import DataError, LaihutongError
from bot.messages import Understood
from bot.settings import settings
from bot.understanding import runtime

Line = Mapping[str, Any]
_Z = 1.96
_CONFUSIONS = 25


def wilson(right: int, total: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927).

    >>> [round(x, 2) for x in wilson(9, 10)]
    [0.6, 0.98]
    """
    if not total:
        return 0.0, 1.0
    share, extra = right / total, _Z**2 / total
    middle = (share + extra / 2) / (1 + extra)
    width = _Z * sqrt(share * (1 - share) / total + extra / total / 4) / (1 + extra)
    return max(0.0, middle - width), min(1.0, middle + width)


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The lines of a labelled file.

    Raises:
        DataError: the file is missing or a line is not JSON with text, act and item_id.
    """
    lines: list[dict[str, Any]] = []
    try:
        for number, text in enumerate(file.read_text("utf-8").splitlines(), 1):
            if text.strip():
                line = json.loads(text)
                if not (line["text"] and isinstance(line["act"], list) and isinstance(line["item_id"], list)):
                    raise DataError(f"{file.name} 第 {number} 行：要有 text，act 和 item_id 要写成列表。")
                lines.append(line)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{file.name}：读不懂（{error}）。") from error
    return lines


def evaluate(lines: Sequence[Line], found: Sequence[Understood]) -> dict[str, Any]:
    """All figures; each is {right, total, share, low, high}."""
    pairs = list(zip(lines, found, strict=True))
    inside = [pair for pair in pairs if pair[0].get("in_scope", True)]
    outside = [pair for pair in pairs if not pair[0].get("in_scope", True)]
    meant = [pair for pair in pairs if any(pair[0]["item_id"])]
    by_noise = sorted({str(line.get("noise", "none")) for line in lines})
    report: dict[str, Any] = {
        "lines": len(lines),
        "act": _figure(pairs, act_right),
        "item": _figure(pairs, item_right),
        "item_meant_first": _figure(meant, item_right),
        "item_meant_among_three": _figure(meant, item_among_three),
        "act_and_item": _figure(pairs, both_right),
        "in_scope_recall": _figure(inside, lambda line, u: u.in_scope),
        "in_scope_refused": _figure(inside, lambda line, u: not u.in_scope),
        "out_of_scope_recall": _figure(outside, lambda line, u: not u.in_scope),
        "noise": {
            noise: _figure([p for p in pairs if str(p[0].get("noise", "none")) == noise], both_right)
            for noise in by_noise
        },
        "noisy": _figure([p for p in pairs if p[0].get("noise", "clean") != "clean"], both_right),
        **_facts(pairs),
    }
    report["confusions"] = [
        {"kind": kind, "meant": meant, "found": got, "times": times}
        for (kind, meant, got), times in _confusions(pairs).most_common(_CONFUSIONS)
    ]
    return report


def act_right(line: Line, understood: Understood) -> bool:
    """The act is one of the acceptable ones."""
    return understood.act in line["act"]


def item_right(line: Line, understood: Understood) -> bool:
    """The item is one of the acceptable ones (None where none is meant)."""
    return understood.item_id in line["item_id"]


def item_among_three(line: Line, understood: Understood) -> bool:
    """An acceptable item is among the first three."""
    offered = [understood.item_id, *(other.item_id for other in understood.alternatives)]
    return any(item in line["item_id"] for item in [item for item in offered if item][:3])


def both_right(line: Line, understood: Understood) -> bool:
    """Act and item are both acceptable."""
    return act_right(line, understood) and item_right(line, understood)


def _figure(pairs: Sequence[tuple[Line, Understood]], right: Callable[[Line, Understood], bool]) -> dict[str, Any]:
    hits, total = sum(right(*pair) for pair in pairs), len(pairs)
    low, high = wilson(hits, total)
    share = hits / total if total else 0.0
    return {"right": hits, "total": total, "share": round(share, 4), "low": round(low, 4), "high": round(high, 4)}


def _facts(pairs: Sequence[tuple[Line, Understood]]) -> dict[str, Any]:
    labelled = [(line["facts"], dict(u.facts)) for line, u in pairs if "facts" in line]
    if not labelled:
        return {}
    hits = sum(heard.get(name) == value for wanted, heard in labelled for name, value in wanted.items())
    said, heard_all = sum(len(wanted) for wanted, _ in labelled), sum(len(heard) for _, heard in labelled)
    return {"fact_precision": _share(hits, heard_all), "fact_recall": _share(hits, said)}


def _share(right: int, total: int) -> dict[str, Any]:
    low, high = wilson(right, total)
    share = right / total if total else 0.0
    return {"right": right, "total": total, "share": round(share, 4), "low": round(low, 4), "high": round(high, 4)}


def _confusions(pairs: Sequence[tuple[Line, Understood]]) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for line, understood in pairs:
        if not act_right(line, understood):
            found["act", line["act"][0], understood.act] += 1
        if not item_right(line, understood):
            found["item", str(line["item_id"][0]), str(understood.item_id)] += 1
    return found


def as_text(report: Mapping[str, Any]) -> str:
    """The report for people."""
    rows = [(name, value) for name, value in report.items() if isinstance(value, Mapping) and "share" in value]
    rows += [(f"noise: {name}", value) for name, value in report["noise"].items()]
    out = [
        f"{name:<24}{v['share']:7.3f}  [{v['low']:.3f}, {v['high']:.3f}]  {v['right']}/{v['total']}" for name, v in rows
    ]
    out += [f"{c['times']:3d} × {c['kind']}: {c['meant']} → {c['found']}" for c in report["confusions"]]
    return "\n".join(out)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.understanding.evaluate", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, default=None, help="day that relative dates count from")
    options = parser.parse_args(arguments)
    try:
        lines = read_lines(options.file)
        reader, today = runtime.understander(), options.as_of or clock.today()
        found = [reader.understand(line["text"], line.get("channel", "web"), today) for line in lines]
    except LaihutongError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    report = evaluate(lines, found)
    print(as_text(report))
    out = settings().var_dir / "evaluation.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
