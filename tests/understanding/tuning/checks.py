"""Tuning in small: the network taught is the network served, lessons leave out what is held out, losses fall.

Run by test_tuning.py in a process of its own: TensorFlow must not be loaded where the engine lives without it.
"""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import tensorflow as tf

from bot.understanding.corpus import Example, LinkItem, held_out
from bot.understanding.encoder import graph, pruning
from bot.understanding.encoder.build import build
from bot.understanding.encoder.run import OnnxEncoder
from bot.understanding.encoder.weights import WeightFile, wheel_file
from bot.understanding.lexicon import read_lexicon
from bot.understanding.tuning.lessons import NOISES, Lessons, lessons
from bot.understanding.tuning.network import Network
from bot.understanding.tuning.trainer import Plan, Trainer, padded

ITEMS = (LinkItem("a.permit", "居住证", ("办居住证",), ()), LinkItem("b.school", "小学入学", ("上小学",), ()))
PERMIT = [
    "居住证怎么办",
    "办居住证要带什么",
    "居住证到期了怎么续",
    "我想办张居住证",
    "居住证在哪里办",
    "外地人怎么办居住证",
]
SCHOOL = [
    "孩子上小学要什么",
    "娃读一年级怎么报名",
    "小学入学要社保吗",
    "儿子明年上小学",
    "女儿读小学找哪个",
    "小孩上学在哪报名",
]
EXAMPLES = [
    *(Example(text, "ask_procedure", "a.permit") for text in PERMIT),
    *(Example(text, "ask_materials", "b.school") for text in SCHOOL),
]


@pytest.fixture(scope="module")
def weights() -> WeightFile:
    return WeightFile(wheel_file())


@pytest.fixture(scope="module")
def network(weights: WeightFile) -> Network:
    rows, _ = pruning.prune(weights, pruning.read_spellings())
    return Network(weights, rows)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Lessons:
    folder = tmp_path_factory.mktemp("original") / "encoder"
    build(folder, say=lambda line: None, tuned_file=None)
    return lessons(EXAMPLES, ITEMS, OnnxEncoder(folder), read_lexicon(), None)


def test_held_out_sentences_are_not_among_the_lessons(told: Lessons) -> None:
    seen = [example for example in EXAMPLES if not held_out(example.text)]
    names = sum(len(item.names) for item in ITEMS)
    assert 0 < len(seen) <= len(EXAMPLES)
    assert len(told) == len(seen) + names
    assert all(len(copies) == 1 + len(NOISES) for copies in told.ids[: len(seen)])


def test_one_sentence_in_eight_is_held_out_whatever_stands_around_it() -> None:
    texts = [f"第{number}句话说的是居住证" for number in range(4000)]
    share = sum(map(held_out, texts)) / len(texts)
    assert 0.1 < share < 0.15
    assert held_out(" 居住证怎么办 ") == held_out("居住证怎么办")


def test_the_network_taught_is_the_network_served(network: Network, weights: WeightFile, told: Lessons) -> None:
    network.centre.assign(np.linspace(-0.1, 0.1, 384).astype(np.float32))
    rows, _ = pruning.prune(weights, pruning.read_spellings())
    model = graph.float_model(weights, rows, network.tuned())
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    ids = padded([copies[0] for copies in told.ids[:4]])
    mask = (ids != 1).astype(np.int64)
    served = session.run(["vectors"], {"ids": ids.astype(np.int64), "mask": mask})[0]
    taught = network.vectors(tf.constant(ids), training=False).numpy()
    # Not quite the same: what is served has its word table in eight bits.
    assert ((served * taught).sum(axis=1) > 0.9999).all()


def test_a_few_steps_teach_something(network: Network, told: Lessons) -> None:
    trainer = Trainer(network, told, Plan(epochs=30, batch=4, rate=5e-5))
    trainer.run(lambda line: None)
    vectors = network.vectors(tf.constant(padded([copies[0] for copies in told.ids])), training=False).numpy()
    alike = vectors @ vectors.T
    same = told.item[:, None] == told.item[None, :]
    assert alike[same].mean() > alike[~same].mean() + 0.3
