"""In: how alike sentences are, and their labels. Out: scores of every label for a new sentence.

Kernel ridge regression on one-hot labels (least-squares support vectors): one closed-form solve for items, acts
and dangers together, deterministic, and with exact leave-one-out scores, which the fusion learns from: for row i
of the solution α = (K + λI)⁻¹ Y the left-out score is y − α / diag((K + λI)⁻¹).
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import lapack

from bot.understanding.ngrams import Floats

RIDGE = 0.2
"""λ; chosen by cross-validation."""


def solve(kernel: Floats, labels: Floats) -> Floats:
    """Coefficients α [sentences, labels]; `kernel` [sentences, sentences] is overwritten."""
    factor = _factor(kernel)
    coefficients, failed = lapack.spotrs(factor, labels, lower=1)
    _check(failed)
    return np.ascontiguousarray(coefficients, np.float32)


def solve_with_left_out(kernel: Floats, labels: Floats) -> tuple[Floats, Floats]:
    """Coefficients, and for every sentence the scores of a model that never saw it; `kernel` is overwritten."""
    inverse, failed = lapack.spotri(_factor(kernel), lower=1, overwrite_c=1)
    _check(failed)
    lower = np.tril(inverse)
    diagonal = lower.diagonal().copy()
    coefficients = lower @ labels + lower.T @ labels - diagonal[:, None] * labels
    return coefficients, labels - coefficients / diagonal[:, None]


def _factor(kernel: Floats) -> Floats:
    kernel[np.diag_indices_from(kernel)] += RIDGE
    # K is symmetric, so its transpose is the Fortran order LAPACK wants, without a copy.
    factor, failed = lapack.spotrf(kernel.T, lower=1, overwrite_a=1)
    _check(failed)
    return np.asarray(factor, np.float32)


def _check(failed: int) -> None:
    if failed:
        raise np.linalg.LinAlgError(f"kernel is not positive definite ({failed})")
