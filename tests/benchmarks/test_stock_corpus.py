"""In: our sentences and items. Out: a training file that Rasa's own reader accepts."""

from __future__ import annotations

from collections import Counter

import yaml

from benchmarks.stock_corpus import SMALL_TALK, intent_of, marked, read_names, sample, training_file
from benchmarks.stock_model import STOCK
from bot.messages import ACTS
from bot.settings import ROOT
from bot.understanding.corpus import DANGER, Example, read_examples


def test_the_sample_is_even_and_the_same_every_time() -> None:
    examples = read_examples(ROOT / "data" / "nlu")
    chosen = sample(examples)
    assert chosen == sample(examples)
    assert 1_000 <= len(chosen) <= 1_400
    assert max(Counter(example.act for example in chosen).values()) <= 80


def test_sentences_with_markup_are_left_out() -> None:
    assert sample([Example("怎么[办](item)", "ask_procedure"), Example("怎么办", "ask_procedure")]) == [
        Example("怎么办", "ask_procedure")
    ]


def test_the_longest_name_is_marked_once() -> None:
    assert marked("居住证积分和居住证积分", ["居住证", "居住证积分"]) == "[居住证积分](item)和居住证积分"
    assert marked("怎么办", ["居住证", "怎"]) == "怎么办"
    assert marked("怎么办", []) == "怎么办"


def test_the_training_file_is_yaml_with_every_part() -> None:
    names = {"residence.permit": ("上海市居住证：办理", "居住证")}
    text = training_file([Example("居住证咋办", "ask_procedure", "residence.permit"), Example("嗨", "greet")], names)
    blocks = yaml.safe_load(text)["nlu"]
    assert {next(iter(block.values())) for block in blocks} == {
        "ask_procedure",
        "smalltalk/greet",
        "上海市居住证：办理",
        "number",
    }
    assert blocks[0]["examples"] == "- [居住证](item)咋办\n"


def test_every_act_has_its_intent_response_and_rule() -> None:
    domain = yaml.safe_load((STOCK / "domain.yml").read_text("utf-8"))
    rules = yaml.safe_load((STOCK / "data" / "rules.yml").read_text("utf-8"))["rules"]
    intents = {intent_of(act).partition("/")[0] for act in (*ACTS, DANGER)}
    assert set(domain["intents"]) == intents
    assert {rule["steps"][0]["intent"] for rule in rules} == intents | {"nlu_fallback"}
    assert set(domain["responses"]) == {f"utter_smalltalk/{act}" for act in SMALL_TALK}


def test_names_come_from_the_inventory() -> None:
    names = read_names(ROOT / "policy")
    assert len(names) >= 150
    assert all(own[0] for own in names.values())
