"""In: how probable "not for us" is, and how well the best item fits. Out: whether the service should answer."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.understanding.fusion import Index
from bot.understanding.ngrams import Floats

Weights = tuple[float, float, float]
"""Weights of the act's log-odds and of the best item's log-odds, and the offset."""
_REFUSE_FROM = 0.35
"""Highest recall that refuses fewer than 2 in 100 real questions, by left-out scores (0.72 at 0.018)."""
CERTAIN_ITEM = 0.95
"""An item this probable is meant, whatever the act sounds like: new subjects are foreign to the trained acts."""


def fit_scope(foreign: Floats, best_item: Floats, truth: Index) -> Weights:
    """Learns the decision.

    Args:
        foreign: probability of the act out_of_scope [sentences].
        best_item: probability of the best item [sentences].
        truth: 1 where the sentence is out of scope.
    """
    evidence = np.stack([_log_odds(foreign), _log_odds(best_item)], axis=1)
    fitted = LogisticRegression(C=10.0).fit(evidence, truth)
    act, item = fitted.coef_[0]
    return float(act), float(item), float(fitted.intercept_[0])


def chance_foreign(foreign: Floats, best_item: Floats, weights: Weights) -> Floats:
    """Probability that the sentence is out of scope [sentences]."""
    act, item, offset = weights
    chance: Floats = 1 / (1 + np.exp(-(act * _log_odds(foreign) + item * _log_odds(best_item) + offset)))
    return chance


def in_scope(chance: float) -> bool:
    """The decision; see the threshold."""
    return chance < _REFUSE_FROM


def _log_odds(chance: Floats) -> Floats:
    safe = np.clip(chance, 1e-4, 1 - 1e-4)
    odds: Floats = np.log(safe / (1 - safe))
    return odds
