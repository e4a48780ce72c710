"""In: labelled lines and a reader. Out: how much is still right under each kind of noise, at each strength."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.messages import Understood
from bot.understanding.augment import KINDS, noisy
from bot.understanding.figures import Line, both_right, figure, share

Read = Callable[[str], Understood]
STRENGTHS = (1, 2, 3)
"""How often the noise is put on one after another."""
_SEED = 7
_MOST = 300
"""Sentences that are read again with noise: an even sample, so that a large file does not take an hour."""


def under_noise(lines: Sequence[Line], read: Read, most: int = _MOST) -> dict[str, dict[str, Any]]:
    """Act and item both right: "clean" once, then every kind of augment.KINDS at strengths 1 to 3, on one sample.

    A sentence that a kind of noise cannot change (no number to speak out) is left out of that kind's figure.
    """
    sample = list(lines[:: max(1, -(-len(lines) // most))])
    report = {"clean": {"1": figure([(line, read(line["text"])) for line in sample], both_right)}}
    for kind in KINDS:
        report[kind] = {str(strength): _one(sample, kind, strength, read) for strength in STRENGTHS}
    return report


def _one(sample: Sequence[Line], kind: str, strength: int, read: Read) -> dict[str, Any]:
    texts = [noisy(line["text"], kind, _SEED, strength) for line in sample]
    changed = [(line, text) for line, text in zip(sample, texts, strict=True) if text != line["text"]]
    return figure([(line, read(text)) for line, text in changed], both_right)


def merged(reports: Sequence[Mapping[str, Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """The reports of several folds as one."""
    return {
        kind: {
            strength: share(
                sum(one[kind][strength]["right"] for one in reports),
                sum(one[kind][strength]["total"] for one in reports),
            )
            for strength in reports[0][kind]
        }
        for kind in (reports[0] if reports else {})
    }


def as_text(report: Mapping[str, Mapping[str, Any]]) -> str:
    """The report for people: a line a kind, a column a strength."""
    rows = ["噪声（意图和事项都对的占比）      轻     中     重"]
    for kind, strengths in report.items():
        cells = "".join(f"{one['share']:7.3f}" for one in strengths.values())
        rows.append(f"{kind:<24}{cells}   /{max(one['total'] for one in strengths.values())}")
    return "\n".join(rows)
