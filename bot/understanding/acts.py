"""In: scores of the kernel model. Out: how probable every act and every danger is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np

from bot.messages import ACTS, Alert
from bot.understanding.corpus import Example
from bot.understanding.fusion import Index, softmax
from bot.understanding.ngrams import Floats

ALERTS: tuple[str, ...] = get_args(Alert)
"""Dangers, in the order of their columns."""
HEADS: tuple[str, ...] = (*ACTS, *ALERTS)
"""Everything a sentence can do: an act, or raise an alert."""
_SHOWN = 5
_SMOOTHING = 0.3
"""Share of an evenly spread act that every item gets: nobody has asked this yet, somebody may."""


def head_of(example: Example) -> int:
    """Column of what the sentence does."""
    return HEADS.index(example.alert or example.act)


def head_chances(scores: Floats, scale: float, offsets: Floats) -> Floats:
    """Probabilities of HEADS, [sentences, heads]."""
    return softmax(scale * scores + offsets)


def best_acts(chances: Floats, shown: int = _SHOWN) -> tuple[tuple[str, float], ...]:
    """The most probable acts of one sentence, best first; alerts are left out and the rest made to sum to 1.

    Args:
        chances: of HEADS, for one sentence.
    """
    acts = chances[: len(ACTS)] / max(float(chances[: len(ACTS)].sum()), 1e-9)
    order = np.argsort(-acts)[:shown]
    return tuple((ACTS[i], round(float(acts[i]), 4)) for i in order)


def act_table(heads: Index, owners: Index, items: int) -> Floats:
    """How the sentences of each act (or alert) spread over the items and "no item", [heads, items + 1]."""
    counts = np.zeros((len(HEADS), items + 1))
    np.add.at(counts, (heads, owners), 1.0)
    counts += _SMOOTHING * np.bincount(heads, minlength=len(HEADS))[:, None] / (items + 1) + 1e-3
    table: Floats = (counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)
    return table


def fit_to_items(chances: Floats, table: Floats) -> Floats:
    """Log of how usual what was heard is for each item [sentences, items + 1]."""
    usual: Floats = np.log(chances @ table + 1e-6)
    return usual


def named_heads(chances: Floats, wanted: Sequence[str]) -> Floats:
    """Summed probability of some heads, [sentences]."""
    total: Floats = chances[:, [HEADS.index(name) for name in wanted]].sum(axis=1)
    return total
