"""The comparison of accuracy: who learns what, how every reader's answers come into one form, and the table."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.accuracy import drawn, sides, table
from benchmarks.accuracy_floors import ranked
from benchmarks.accuracy_stock import as_understood
from benchmarks.retrieval import both, by_meaning, by_words, pieces_of, ranks
from benchmarks.stock_reader import heard
from bot.understanding import runtime
from bot.understanding.corpus import DANGER, held_out, read_examples
from bot.understanding.figures import evaluate


def test_nobody_learns_what_is_judged() -> None:
    learnt, judged = sides(read_examples(runtime.EXAMPLES))
    assert not {e.text for e in learnt} & {e.text for e in judged}
    assert all(held_out(e.text) for e in judged)
    assert len(judged) > 800
    assert DANGER not in {e.act for e in judged}


def test_a_draw_is_always_the_same_and_leaves_out_no_item() -> None:
    learnt, _ = sides(read_examples(runtime.EXAMPLES))
    some = drawn(learnt, 4000)
    assert some == drawn(learnt, 4000)
    assert (len(some), len({e.text for e in some})) == (4000, 4000)
    assert {e.item_id for e in some} == {e.item_id for e in learnt}
    assert {e.text for e in drawn(learnt, None)} == {e.text for e in learnt}


def test_stock_answers_become_ours() -> None:
    act: dict[str, Any] = {"intent": "ask_cost", "confidence": 0.9}
    named = as_understood("几钱", act, {"keys": ["item/b", "item/none", "item/a"]})
    assert (named.act, named.item_id, [other.item_id for other in named.alternatives]) == ("ask_cost", "b", ["a"])
    assert as_understood("几钱", act, {"keys": ["item/none", "item/a"]}).item_id is None
    outside = as_understood("股票", {"intent": "out_of_scope", "confidence": 1.0}, {"keys": ["item/a"]})
    assert (outside.in_scope, outside.item_id) == (False, None)
    assert as_understood("", {"intent": None, "confidence": 0.0}, {"keys": []}).act == "out_of_scope"


def test_a_parse_without_selector_is_read() -> None:
    assert heard({"intent": {"name": "greet", "confidence": 0.7}}) == {
        "intent": "greet",
        "confidence": 0.7,
        "keys": [],
    }
    ranking = {"ranking": [{"intent_response_key": "item/a"}]}
    assert heard({"intent": None, "response_selector": {"default": ranking}})["keys"] == ["item/a"]


def test_the_table_leaves_out_what_a_reader_does_not_know() -> None:
    lines = [{"text": "几钱", "act": ["ask_cost"], "item_id": ["a"]}]
    knows = as_understood("几钱", {"intent": "ask_cost", "confidence": 1.0}, {"keys": ["item/a"]})
    (floor,) = ranked(np.array([[0.1, 0.9]], np.float32), ["a", "b"], ["几钱"])
    assert floor.item_id == "b"
    text = table("x", {"knows": evaluate(lines, [knows]), "floor": evaluate(lines, [floor])})
    assert "| knows | 1.000 (0.206–1.000)" in text
    assert "| floor | — | 0.000" in text


def letters(texts: list[str]) -> Any:
    vectors = np.zeros((len(texts), 3), np.float32)
    for row, text in enumerate(texts):
        vectors[row] = ["水" in text, "电" in text, "气" in text]
    return vectors


def test_retrieval() -> None:
    answers = ["水" * 300 + "电", "电费在这里交", "气"]
    assert len(pieces_of(answers[0])) == 3
    assert pieces_of("") == [""]
    words = by_words(list, ["电费"], answers)
    meaning = by_meaning(letters, ["电"], answers, prefixes=True)
    assert list(ranks(both(words, meaning), ["电费在这里交"], answers)) == [1]
    assert list(ranks(meaning, ["气"], answers)) == [3]
