"""In: labelled lines and what was understood of them. Out: every figure, each with its 95 % interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from math import sqrt
from typing import Any

from bot.messages import Understood

Line = Mapping[str, Any]
Pair = tuple[Line, Understood]
_Z = 1.96
_CONFUSIONS = 25
_BINS = 10


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


def share(right: int, total: int) -> dict[str, Any]:
    """One figure: {right, total, share, low, high}."""
    low, high = wilson(right, total)
    part = right / total if total else 0.0
    return {"right": right, "total": total, "share": round(part, 4), "low": round(low, 4), "high": round(high, 4)}


def evaluate(lines: Sequence[Line], found: Sequence[Understood]) -> dict[str, Any]:
    """All figures; each is {right, total, share, low, high}."""
    pairs = list(zip(lines, found, strict=True))
    inside = [pair for pair in pairs if pair[0].get("in_scope", True)]
    outside = [pair for pair in pairs if not pair[0].get("in_scope", True)]
    meant = [pair for pair in pairs if any(pair[0]["item_id"])]
    return {
        "lines": len(lines),
        "act": figure(pairs, act_right),
        "item": figure(pairs, item_right),
        "item_meant_first": figure(meant, item_right),
        "item_meant_among_three": figure(meant, item_among_three),
        "act_and_item": figure(pairs, both_right),
        "in_scope_recall": figure(inside, lambda line, u: u.in_scope),
        "in_scope_refused": figure(inside, lambda line, u: not u.in_scope),
        "out_of_scope_recall": figure(outside, lambda line, u: not u.in_scope),
        "noisy": figure([p for p in pairs if p[0].get("noise", "clean") != "clean"], both_right),
        **_facts(pairs),
        "noise": _each(pairs, lambda line: str(line.get("noise", "none")), both_right),
        "acts": _each(pairs, lambda line: str(line["act"][0]), act_right),
        "topics": _each(pairs, _topic, both_right),
        "calibration": {"act": _act_bins(pairs), "item": _item_bins(pairs)},
        "confusions": [
            {"kind": kind, "meant": meant, "found": got, "times": times}
            for (kind, meant, got), times in _confusions(pairs).most_common(_CONFUSIONS)
        ],
    }


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


def figure(pairs: Sequence[Pair], right: Callable[[Line, Understood], bool]) -> dict[str, Any]:
    """The share of pairs that are right."""
    return share(sum(right(*pair) for pair in pairs), len(pairs))


def _each(
    pairs: Sequence[Pair], kind: Callable[[Line], str], right: Callable[[Line, Understood], bool]
) -> dict[str, Any]:
    kinds = sorted({kind(line) for line, _ in pairs})
    return {name: figure([pair for pair in pairs if kind(pair[0]) == name], right) for name in kinds}


def _topic(line: Line) -> str:
    return str(line["item_id"][0] or "none").partition(".")[0]


def _act_bins(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    return bins([(u.act_confidence, act_right(line, u)) for line, u in pairs])


def _item_bins(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    return bins([(u.item_score, item_right(line, u)) for line, u in pairs if u.item_id])


def bins(judged: Sequence[tuple[float, bool]]) -> list[dict[str, Any]]:
    """Where something was held for so and so probable, how often it was right; a tenth each, empty ones left out."""
    found: list[dict[str, Any]] = []
    for number in range(_BINS):
        own = [(sure, right) for sure, right in judged if min(int(sure * _BINS), _BINS - 1) == number]
        if own:
            mean = sum(sure for sure, _ in own) / len(own)
            found.append({"sure": round(mean, 4), **share(sum(right for _, right in own), len(own))})
    return found


def _facts(pairs: Sequence[Pair]) -> dict[str, Any]:
    labelled = [(line["facts"], dict(u.facts)) for line, u in pairs if "facts" in line]
    return fact_figures(labelled) if labelled else {}


def fact_figures(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> dict[str, Any]:
    """Precision and recall of facts; a pair is what was said and what was heard. A wrong value is wrong twice."""
    hits = sum(name in heard and heard[name] == value for said, heard in pairs for name, value in said.items())
    said, heard_all = sum(len(said) for said, _ in pairs), sum(len(heard) for _, heard in pairs)
    return {"fact_precision": share(hits, heard_all), "fact_recall": share(hits, said)}


def _confusions(pairs: Sequence[Pair]) -> Counter[tuple[Hashable, str, str]]:
    found: Counter[tuple[Hashable, str, str]] = Counter()
    for line, understood in pairs:
        if not act_right(line, understood):
            found["act", line["act"][0], understood.act] += 1
        if not item_right(line, understood):
            found["item", str(line["item_id"][0]), str(understood.item_id)] += 1
    return found
