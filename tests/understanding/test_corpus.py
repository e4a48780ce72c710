"""The sentences under data/nlu: complete, rightly labelled, readable by Rasa, no floods of one pattern."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.messages import ACTS, ITEM_ACTS
from bot.settings import ROOT
from bot.understanding.acts import ALERTS
from bot.understanding.corpus import DANGER, Example, check_labels, link_item, read_examples
from services.knowledge.files import load_items

NLU = ROOT / "data" / "nlu"


@pytest.fixture(scope="module")
def sentences() -> list[Example]:
    return read_examples(NLU)


def test_labels_exist(sentences: list[Example]) -> None:
    items = [link_item(item) for item in load_items(ROOT / "policy")]
    check_labels(sentences, items)
    assert {e.alert for e in sentences if e.act == DANGER} <= set(ALERTS)
    assert all(e.alert for e in sentences if e.act == DANGER)


def test_enough_of_each(sentences: list[Example]) -> None:
    acts = Counter(e.act for e in sentences)
    assert {act: acts[act] for act in ACTS if acts[act] < 12} == {}
    items = Counter(e.item_id for e in sentences)
    few = {item.id: items[item.id] for item in load_items(ROOT / "policy") if items[item.id] < 8}
    assert few == {}


def test_no_sentence_twice(sentences: list[Example]) -> None:
    twice = [text for text, times in Counter(e.text for e in sentences).items() if times > 1]
    assert twice == []


def test_no_stem_floods_an_item(sentences: list[Example]) -> None:
    """Written one by one: no beginning of five characters covers a tenth of what is said about an item."""
    floods = []
    for item in {e.item_id for e in sentences if e.item_id}:
        said = [e.text for e in sentences if e.item_id == item]
        stem, times = Counter(text[:5] for text in said).most_common(1)[0]
        if times > max(4, len(said) * 0.1):
            floods.append((item, stem, times))
    assert floods == []


def test_rasa_reads_the_same(sentences: list[Example]) -> None:
    loading = pytest.importorskip("rasa.shared.nlu.training_data.loading")
    data = loading.load_data(str(NLU))
    assert len(data.intent_examples) == len(sentences)
    by_text = {e.text: e for e in sentences}
    for message in data.intent_examples[::97]:
        example = by_text[message.get("text")]
        metadata = (message.get("metadata") or {}).get("example") or {}
        assert (message.get("intent"), metadata.get("item")) == (example.act, example.item_id)


@pytest.mark.parametrize(
    "text", ["nlu: [", "nlu:\n- intent: nonsense\n  examples:\n  - {text: 好}", "nlu:\n- examples: [1]", "[]"]
)
def test_broken_files_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.yml").write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"broken\.yml"):
        read_examples(tmp_path)


def test_item_acts_are_acts() -> None:
    assert set(ITEM_ACTS) < set(ACTS)
