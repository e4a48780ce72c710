"""In: the items, texts. Out: what two simple readers make of them: nearest name, and logistic regression.

Both see the sentence vectors of the original multilingual-e5-small, before we taught it anything, and no training
sentence: names and aliases only, or names, aliases and the sentences of the items. They know no acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from bot.messages import ItemScore, Understood
from bot.understanding.corpus import LinkItem
from bot.understanding.encoder.build import build
from bot.understanding.encoder.run import OnnxEncoder

_SHOWN = 5
_C = 10.0
Scores = npt.NDArray[np.float32]


def original_encoder(home: Path) -> OnnxEncoder:
    """multilingual-e5-small as its authors made it, cut to Chinese; made in `home` on first use."""
    build(home, say=lambda line: None, tuned_file=None)
    return OnnxEncoder(home)


def nearest_name(encoder: OnnxEncoder, items: Sequence[LinkItem], texts: Sequence[str]) -> list[Understood]:
    """The item with the name or alias nearest to the text."""
    owners = np.array([row for row, item in enumerate(items) for _ in item.names])
    likeness = encoder.encode(texts) @ encoder.encode([name for item in items for name in item.names]).T
    best = np.stack([likeness[:, owners == row].max(axis=1) for row in range(len(items))], axis=1)
    return ranked(best.astype(np.float32), [item.item_id for item in items], texts)


def regression(encoder: OnnxEncoder, items: Sequence[LinkItem], texts: Sequence[str]) -> list[Understood]:
    """Logistic regression over names, aliases and the items' own sentences."""
    owners = np.array([row for row, item in enumerate(items) for _ in (*item.names, *item.passages)])
    vectors = encoder.encode([text for item in items for text in (*item.names, *item.passages)])
    mean = vectors.mean(axis=0)
    fitted = LogisticRegression(C=_C, max_iter=300).fit(_centred(vectors, mean), owners)
    chances = fitted.predict_proba(_centred(encoder.encode(texts), mean))
    return ranked(chances.astype(np.float32), [items[row].item_id for row in fitted.classes_], texts)


def ranked(scores: Scores, ids: Sequence[str], texts: Sequence[str]) -> list[Understood]:
    """The best items of each row as an answer that knows no act."""
    found = []
    for text, row in zip(texts, scores, strict=True):
        first, *others = [ItemScore(ids[i], round(float(row[i]), 4)) for i in np.argsort(-row)[:_SHOWN]]
        found.append(
            Understood(
                text=text,
                normalized=text,
                act="",
                act_confidence=0.0,
                item_id=first.item_id,
                item_score=first.score,
                alternatives=tuple(others),
            )
        )
    return found


def _centred(vectors: Scores, mean: Scores) -> Scores:
    centred = vectors - mean
    normed: Scores = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)
    return normed
