"""In: the word lists under lexicon/ that a clerk edits. Out: a sentence in plain words.

Dialect words and everyday names are replaced by what they mean, longest first, in one pass from left to right.
Training sentences go the same way, so a wrong entry costs little and a new entry works at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bot.errors import DataError
from bot.settings import ROOT

FOLDER = ROOT / "lexicon"
FILES = ("dialect.yml", "everyday_names.yml")


class Lexicon:
    """Words people use with their plain meaning.

    Args:
        meanings: word → meaning.
        terms: words that must stay whole, whatever is listed inside them ("居委会" although "居委" is listed).
    """

    def __init__(self, meanings: Mapping[str, str], terms: Iterable[str] = ()) -> None:
        whole = [term for term in (*meanings.values(), *terms) if any(word in term for word in meanings)]
        self._meanings = {**{term: term for term in whole}, **meanings}
        words = sorted(self._meanings, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(re.escape, words)) or r"(?!)")
        self.words = frozenset(meanings.values()) | frozenset(meanings)

    def plain(self, text: str) -> str:
        """`text` with every listed word replaced by its meaning.

        >>> Lexicon({"啥子": "什么", "居委": "居委会"}).plain("居委要啥子,居委会呢")
        '居委会要什么,居委会呢'
        """
        return self._pattern.sub(lambda match: self._meanings[match.group()], text)


def read_lexicon(folder: Path = FOLDER, terms: Iterable[str] = ()) -> Lexicon:
    """The lexicon of the files in `folder`.

    Raises:
        DataError: a file is missing or not of the form "group: {word: meaning}", or a word has two meanings.
    """
    meanings: dict[str, str] = {}
    for name in FILES:
        for group, entries in _groups(folder / name).items():
            if not isinstance(entries, Mapping):
                raise DataError(f"{name} · {group}：每行要写成“词: 意思”。")
            for word, meaning in entries.items():
                if meanings.setdefault(str(word), str(meaning)) != str(meaning):
                    raise DataError(f"{name} · {group}：“{word}”已有另一个意思“{meanings[str(word)]}”。")
    return Lexicon(meanings, terms)


def _groups(file: Path) -> Mapping[str, object]:
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise DataError(f"{file.name}：读不出来（{error}）。") from error
    if not isinstance(data, Mapping):
        raise DataError(f"{file.name}：最外层要写成“地方或主题:”，下面每行“词: 意思”。")
    return data
