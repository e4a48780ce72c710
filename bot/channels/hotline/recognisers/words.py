"""In: names and aliases of items. Out: words of the field, the commonest first, for a recogniser's ear."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.errors import LaihutongError

_LEAST, _MOST = 2, 10
"""Characters: a longer name is never said whole."""
PROMPT = "以下是普通话的句子。来沪人员打电话问闵行区的办事："
"""What Whisper takes for the talk so far: plain characters, punctuation, the field."""
_FIRST = ("居住证", "居住登记", "积分", "公租房", "社保", "医保", "公积金", "落户", "入学", "工伤", "劳动仲裁",
          "拖欠工资", "失业金", "生育津贴", "异地就医", "随申办")  # fmt: skip
"""What most calls are about, said as people say it."""
_PROMPT_CHARS = 150
"""Its memory for what came before is half of 448 tokens."""


class FieldWords:
    """The words in force: knowledge changes while calls go on, and is not there yet when the server starts.

    Args:
        names: names and aliases of all items; may raise while they are not there.
    """

    def __init__(self, names: Callable[[], Iterable[str]]) -> None:
        self._names = names
        self._known: tuple[tuple[str, ...], list[str]] = ((), [])

    def __call__(self) -> list[str]:
        """As field_words."""
        try:
            names = tuple(self._names())
        except LaihutongError:
            return []
        if names != self._known[0]:
            self._known = (names, field_words(names))
        return self._known[1]


def field_words(named: Iterable[str], most: int = 1_000) -> list[str]:
    """Words worth telling a recogniser: those first that stand in most names, also inside a longer one.

    Args:
        named: names and aliases of items.

    >>> field_words(["办居住证", "居住证", "老板不给我交社会保险怎么办", "居住证"])
    ['居住证', '办居住证']
    """
    names = list(dict.fromkeys(named))
    fit = [word for word in names if _LEAST <= len(word) <= _MOST and not any(map(_odd, word))]
    counts = {word: sum(word in name for name in names) for word in fit}
    return sorted(fit, key=lambda word: (-counts[word], len(word)))[:most]


def prompt(words: Iterable[str]) -> str:
    """A sentence that names the field's words, as many as fit."""
    text = PROMPT
    told: list[str] = []
    for word in (*_FIRST, *words):
        if any(shorter in word for shorter in told):
            continue
        if len(text) + len(word) >= _PROMPT_CHARS:
            break
        told.append(word)
        text += f"{word}、"
    return text.rstrip("、") + "。"


def _odd(sign: str) -> bool:
    return not "\u4e00" <= sign <= "\u9fff"
