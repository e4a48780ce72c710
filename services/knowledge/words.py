"""In: what a person typed, or an item. Out: normalised text, index words, sentences."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import jieba
import opencc

from services.knowledge.models import Item

_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
_SENTENCE_END = re.compile(r"(?<=[。；！？;!?])\s*")


@lru_cache(maxsize=1)
def _segmenter() -> jieba.Tokenizer:
    """A tokenizer of our own: jieba's global one may be taught other words elsewhere."""
    jieba.setLogLevel(logging.WARNING)  # it tells on stderr how it loads
    return jieba.Tokenizer()


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def normalize(text: str) -> str:
    """One spelling for one thing: width, case, traditional characters.

    >>> normalize("居住證 ＡＢ")
    '居住证 ab'
    """
    folded = unicodedata.normalize("NFKC", text).lower().strip()
    return str(_to_simplified().convert(folded)) if not folded.isascii() else folded


@lru_cache(maxsize=65_536)
def squeeze(text: str) -> str:
    """Normalised text without spaces and punctuation: the form in which names are compared.

    >>> squeeze("公租房（市筹）?")
    '公租房市筹'
    """
    return "".join(_RUNS.findall(normalize(text)))


@lru_cache(maxsize=65_536)
def tokens(text: str) -> tuple[str, ...]:
    """Index words: longer words from jieba, and every pair of neighbouring characters.

    The pairs find what a segmenter cuts differently in query and text; the words reward whole terms.
    Kept for each sentence, so that a new snapshot costs only what is new in it.

    >>> sorted(set(tokens("公共租赁住房 APP")))
    ['app', '住房', '公共', '共租', '租赁', '赁住']
    """
    return tuple(word for run in _RUNS.findall(normalize(text)) for word in _run_tokens(run))


def _run_tokens(run: str) -> Iterator[str]:
    if run.isascii() or len(run) == 1:
        yield run
        return
    yield from (run[i : i + 2] for i in range(len(run) - 1))
    yield from (word for word in _segmenter().cut_for_search(run) if len(word) > 2)


def keys(item: Item) -> tuple[str, ...]:
    """What the item is called: its name and everyday names."""
    return (item.name, *item.aliases)


def sentences(item: Item) -> Iterator[str]:
    """Every public sentence of an item, the most telling first."""
    lines: list[str | None] = [item.summary, *(condition.text for condition in item.conditions)]
    lines += [*item.materials, *item.steps]
    lines += [item.where, item.time_limit, item.fee, item.when, item.phone, item.audience, *item.notes]
    lines += [f"{source.title} {source.doc_no or ''}" for source in item.sources]
    for line in (*lines, item.name, *item.aliases):
        if line:
            yield from (part for part in _SENTENCE_END.split(line.strip()) if part)
