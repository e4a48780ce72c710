"""In: plain sentences. Out: what the classifiers see of them: meaning, spelling and sound; and how alike two are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.understanding.ngrams import Floats, GramIndex
from bot.understanding.pinyin import syllables

CHARACTERS, SYLLABLES = 4, 3
"""Longest n-gram of characters and of syllables."""
_SHARPNESS, _SPELLING, _SOUND = 3.0, 0.3, 0.3
"""Of the kernel; chosen by cross-validation over the training sentences."""

Encode = Callable[[Sequence[str]], Floats]
"""Texts → vectors of length 1, float32 [texts, 384]."""


@dataclass(frozen=True)
class Features:
    """Some sentences, as the classifiers see them; one row each."""

    meaning: Floats
    """Sentence vectors minus the mean of the training sentences, length 1."""
    spelling: csr_matrix
    """Character n-grams."""
    sound: csr_matrix
    """Syllable n-grams, accents folded."""

    def __len__(self) -> int:
        return len(self.meaning)

    def take(self, rows: npt.NDArray[np.int64]) -> Features:
        """Only these rows."""
        return Features(self.meaning[rows], self.spelling[rows], self.sound[rows])


@dataclass(frozen=True)
class Likeness:
    """How alike each of some sentences is to each of some others, in three ways; [sentences, others]."""

    meaning: Floats
    """Cosine of the centred sentence vectors, −1 to 1."""
    spelling: Floats
    """Cosine of character n-grams, 0 to 1."""
    sound: Floats
    """Cosine of syllable n-grams, 0 to 1."""

    def kernel(self) -> Floats:
        """One positive definite measure out of the three."""
        kernel: Floats = np.exp(_SHARPNESS * (self.meaning - 1))
        kernel += _SPELLING * self.spelling
        kernel += _SOUND * self.sound
        return kernel


class Featurizer:
    """Makes features; fitted once in training.

    Args:
        encode: sentence encoder.
        mean: mean of the training vectors, float32 [384].
        spelling, sound: n-gram indices.
    """

    def __init__(self, encode: Encode, mean: Floats, spelling: GramIndex, sound: GramIndex) -> None:
        self.encode, self.mean, self.spelling, self.sound = encode, mean, spelling, sound

    @classmethod
    def fit(cls, encode: Encode, texts: Sequence[str]) -> Featurizer:
        """A featurizer for texts like these."""
        spelling = GramIndex.fit((list(text) for text in texts), CHARACTERS)
        sound = GramIndex.fit((syllables(text) for text in texts), SYLLABLES)
        return cls(encode, encode(texts).mean(axis=0), spelling, sound)

    def features(self, texts: Sequence[str]) -> Features:
        """One row a text."""
        sounds = [syllables(text) for text in texts]
        spelling = self.spelling.rows([list(text) for text in texts])
        return Features(self.meaning(texts), spelling, self.sound.rows(sounds))

    def meaning(self, texts: Sequence[str]) -> Floats:
        """Only the centred sentence vectors."""
        centred = self.encode(texts) - self.mean
        # A text without anything readable has the zero vector; it must stay nothing instead of minus the mean.
        lengths = np.linalg.norm(centred, axis=1, keepdims=True)
        meaning: Floats = (centred / np.maximum(lengths, 1e-6)).astype(np.float32)
        return meaning


class Exemplars:
    """Sentences that others are compared with, laid out for speed."""

    def __init__(self, features: Features) -> None:
        self.features = features
        self._spelling = features.spelling.T.tocsr()
        self._sound = features.sound.T.tocsr()

    def likeness(self, of: Features) -> Likeness:
        """How alike each row of `of` is to each exemplar."""
        return Likeness(
            of.meaning @ self.features.meaning.T,
            (of.spelling @ self._spelling).toarray(),
            (of.sound @ self._sound).toarray(),
        )
