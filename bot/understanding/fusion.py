"""In: what several kinds of evidence say about each candidate. Out: one calibrated probability a candidate.

A conditional logit (McFadden 1974): every candidate's evidence is weighted by the same few weights, and the
softmax over the candidates is the probability. It is fitted on left-out evidence, so it knows how far each kind
can be trusted on sentences nobody has seen.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bot.understanding.ngrams import Floats

_PENALTY = 1e-4
_BLOCK = 1024

Index = npt.NDArray[np.int64]


def fit_weights(evidence: Floats, truth: Index) -> Floats:
    """Weights that make the true candidates most probable.

    Args:
        evidence: float32 [sentences, candidates, kinds].
        truth: the true candidate of each sentence.
    """
    rows = np.arange(len(truth))

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        total, slope = 0.0, np.zeros(evidence.shape[2])
        for start in range(0, len(truth), _BLOCK):
            block, right = evidence[start : start + _BLOCK], truth[start : start + _BLOCK]
            chances = probabilities(block, weights.astype(np.float32))
            at = rows[: len(right)]
            total -= float(np.log(chances[at, right] + 1e-12).sum())
            slope += np.tensordot(chances, block, 2) - block[at, right].sum(axis=0)
        return (
            total / len(truth) + _PENALTY * float(weights @ weights),
            slope / len(truth) + 2 * _PENALTY * weights,
        )

    return _minimum(loss, evidence.shape[2])


def probabilities(evidence: Floats, weights: Floats) -> Floats:
    """Probability of every candidate; [sentences, candidates]."""
    return softmax(evidence @ weights)


def softmax(scores: Floats) -> Floats:
    """Rows of positive numbers that sum to 1."""
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Floats = exponents / exponents.sum(axis=1, keepdims=True)
    return chances


def fit_scale(scores: Floats, truth: Index) -> tuple[float, Floats]:
    """A factor for all scores and an offset for each class that make softmax(factor · scores + offset) honest."""
    chosen = np.eye(scores.shape[1], dtype=np.float32)[truth]

    def loss(parameters: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        factor, offsets = parameters[0], parameters[1:]
        chances = softmax((factor * scores + offsets).astype(np.float32))
        wrong = chances - chosen
        slope = np.concatenate([[(wrong * scores).sum()], wrong.sum(axis=0)]) / len(truth)
        penalty = 1e-3 * np.concatenate([[0.0], offsets])
        total = -np.log((chances * chosen).sum(axis=1) + 1e-12).mean() + float(penalty @ parameters) / 2
        return float(total), slope + penalty

    found = _minimum(loss, 1 + scores.shape[1])
    return float(found[0]), found[1:]


def _minimum(loss: Callable[..., tuple[float, npt.NDArray[np.float64]]], size: int) -> Floats:
    found = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(found.x, np.float32)
