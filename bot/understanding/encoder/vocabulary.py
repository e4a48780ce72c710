"""In: a text. Out: the ids of its pieces, as the encoder wants them.

The tokenizer is a unigram model as in SentencePiece (Kudo 2018, https://arxiv.org/abs/1804.10959): of
all ways to cut a text into known pieces, the one with the highest sum of scores.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.errors import SetupError
from bot.understanding.encoder.weights import Floats

BOS, PAD, EOS, UNKNOWN = 0, 1, 2, 3
SPECIAL_PIECES = 4
"""<s> <pad> </s> <unk> have the first ids."""
TOKENS = 128
"""Longest input of the encoder, <s> and </s> included: about 150 characters of Chinese."""
PREFIX = "query: "
"""The original model was trained with it in front of every question; the tuned one learns without."""
SPACE = "▁"
_SPACES = re.compile(" {2,}")
_SEPARATOR = "\0"


class Vocabulary:
    """The kept pieces with their scores, and the map that normalises single characters.

    Args:
        pieces: texts by id; the first four are the specials.
        scores: log-probabilities by id, float32 [pieces].
        unknown_score: score of one unknown character, from the *whole* original vocabulary.
        normaliser: code point → what stands for it (full-width → ASCII, control character → nothing, …).
        prefix: put before every text.
    """

    def __init__(
        self,
        pieces: Sequence[str],
        scores: Floats,
        unknown_score: float,
        normaliser: Mapping[int, str],
        prefix: str = PREFIX,
    ) -> None:
        self.pieces, self.scores, self.prefix = tuple(pieces), scores, prefix
        self.unknown_score, self.normaliser = unknown_score, dict(normaliser)
        # The specials have no place here: a person who types "</s>" means these four characters.
        self._table = {
            piece: (number, float(scores[number]))
            for number, piece in enumerate(self.pieces)
            if number >= SPECIAL_PIECES
        }
        self._longest: dict[str, int] = {}
        for piece in self._table:
            self._longest[piece[0]] = max(len(piece), self._longest.get(piece[0], 0))
        self._characters = TOKENS * max(self._longest.values())

    def normalise(self, text: str) -> str:
        """`text` as the encoder sees it: characters replaced, spaces single and none at the ends, cut to what
        128 pieces can hold."""
        plain = _SPACES.sub(" ", text.translate(self.normaliser)).strip(" ")
        return plain[: self._characters]

    def ids(self, normalised: str) -> list[int]:
        """Ids of `<s> prefix text </s>`, at most 128; `normalised` comes from `normalise`."""
        content = self._best_path(SPACE + (self.prefix + normalised).replace(" ", SPACE))
        return [BOS, *content[: TOKENS - 2], EOS]

    def reads(self, character: str) -> bool:
        """Whether the vocabulary has a piece for this character (or for what it is normalised to)."""
        return all(part in self._table for part in character.translate(self.normaliser).replace(" ", SPACE))

    def with_spellings(self, spellings: Mapping[str, str]) -> Vocabulary:
        """The same vocabulary, reading each key of `spellings` as its value."""
        plain = {ord(character): spelling for character, spelling in spellings.items()}
        merged = {point: text.translate(plain) for point, text in self.normaliser.items()}
        return Vocabulary(self.pieces, self.scores, self.unknown_score, {**plain, **merged}, self.prefix)

    def with_prefix(self, prefix: str) -> Vocabulary:
        """The same vocabulary, putting something else before every text."""
        return Vocabulary(self.pieces, self.scores, self.unknown_score, self.normaliser, prefix)

    def _best_path(self, text: str) -> list[int]:
        """Viterbi from left to right; of two equal paths the one found first, as in the reference engine."""
        end_of_text, table, longest = len(text), self._table, self._longest
        best = [0.0] + [-1e30] * end_of_text
        origin, piece = [0] * (end_of_text + 1), [UNKNOWN] * (end_of_text + 1)
        for start in range(end_of_text):
            so_far = best[start]
            for end in range(start + 1, min(start + longest.get(text[start], 0), end_of_text) + 1):
                hit = table.get(text[start:end])
                if hit is not None and so_far + hit[1] > best[end]:
                    best[end], origin[end], piece[end] = so_far + hit[1], start, hit[0]
            if so_far + self.unknown_score > best[start + 1]:  # one <unk> for each unknown character
                best[start + 1], origin[start + 1] = so_far + self.unknown_score, start
                piece[start + 1] = UNKNOWN
        path, at = [], end_of_text
        while at:
            path.append(piece[at])
            at = origin[at]
        return path[::-1]

    def save(self, path: Path) -> None:
        """Writes the vocabulary as one .npz of about 0.5 MB."""
        np.savez_compressed(
            path,
            pieces=_pack(self.pieces),
            scores=self.scores,
            unknown_score=np.float64(self.unknown_score),
            points=np.array(list(self.normaliser), np.uint32),
            replacements=_pack(self.normaliser.values()),
            prefix=_pack([self.prefix]),
        )

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Reads what `save` wrote; SetupError when it cannot be read."""
        try:
            with np.load(path, allow_pickle=False) as file:
                normaliser = zip(file["points"].tolist(), _unpack(file["replacements"]), strict=True)
                prefix = _unpack(file["prefix"])[0]
                score = float(file["unknown_score"])
                return cls(_unpack(file["pieces"]), file["scores"], score, dict(normaliser), prefix)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise SetupError(f"句向量词表 {path.name} 不能读：请重新生成句向量模型。") from error


def _pack(texts: Iterable[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(_SEPARATOR.join(texts).encode(), np.uint8)


def _unpack(packed: npt.NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split(_SEPARATOR)
