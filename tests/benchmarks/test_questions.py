"""In: sentences. Out: repeatable streams of questions, with and without repetition."""

from __future__ import annotations

from itertools import islice

from benchmarks.questions import SAME_SHARE, distinct, pool, repeated_share, repeating
from bot.settings import ROOT
from bot.understanding.corpus import Example, read_examples

REAL = read_examples(ROOT / "data" / "nlu")


def test_pool_is_distinct_spread_and_the_same_every_time() -> None:
    texts = pool(REAL)
    assert len(texts) == len(set(texts)) >= 300
    assert texts == pool(REAL)
    topics = {example.item_id.partition(".")[0] for example in REAL if example.item_id}
    asked = {e.item_id.partition(".")[0] for e in REAL if e.item_id and e.text in set(texts)}
    assert asked == topics


def test_pool_takes_what_there_is() -> None:
    examples = [Example("怎么办居住证", "ask_procedure", "residence.permit"), Example("你好", "greet")]
    assert pool(examples) == ["怎么办居住证"]
    assert pool([]) == []


def test_repeating_stream_repeats_but_mostly_varies() -> None:
    texts = pool(REAL)
    asked = list(islice(repeating(texts, 1), 2000))
    assert asked == list(islice(repeating(texts, 1), 2000))
    assert asked != list(islice(repeating(texts, 2), 2000))
    verbatim = sum(text in set(texts) for text in asked) / len(asked)
    assert abs(verbatim - SAME_SHARE) < 0.1
    assert 0 < repeated_share(asked, set()) < 1


def test_distinct_stream_never_repeats_nor_asks_as_written() -> None:
    texts = pool(REAL, size=50)
    asked = list(distinct(texts, 1))
    assert len(asked) == len(set(asked)) > 2000
    assert not set(asked) & set(texts)


def test_repeated_share_remembers() -> None:
    known: set[str] = set()
    assert repeated_share(["甲", "乙", "甲", "丙"], known) == 0.25
    assert repeated_share(["甲", "丁"], known) == 0.5
    assert repeated_share([], known) == 0
