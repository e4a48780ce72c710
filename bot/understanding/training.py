"""In: training sentences, items and an encoder. Out: a model folder. Deterministic; a few minutes on two cores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.messages import ACTS
from bot.understanding.acts import HEADS, act_table, fit_to_items, head_chances, head_of, named_heads
from bot.understanding.corpus import Example, LinkItem, check_labels, held_out
from bot.understanding.danger import fit_threshold
from bot.understanding.evidence import KINDS, Pool, TrainedScores, WrittenEvidence, combine, mark_new
from bot.understanding.features import Encode, Exemplars, Features, Featurizer
from bot.understanding.fusion import Index, fit_scale, fit_weights, probabilities
from bot.understanding.kernel_model import solve_with_left_out
from bot.understanding.lexicon import Lexicon
from bot.understanding.linker import columns_of
from bot.understanding.model import Model
from bot.understanding.ngrams import Floats
from bot.understanding.normalize import normalize
from bot.understanding.plain import PlainReader, count_words, make_segmenter
from bot.understanding.scope import fit_scope

Say = Callable[[str], None]
_BLOCK = 512
_FRESH_AT_LEAST = 300
_SEED = 20261123
_TRUE_AS_NEW, _OTHER_AS_NEW = 0.15, 0.02
"""Share of items that the fusion sees as if they had been published after training."""
WHOLE_NAME = 5.0
"""Least weight of a name that is all a sentence names. Hardly learnt: clerks type bare names, the training sentences
hardly ever are one. Of 1,444 names 49 led astray with the learnt weight (0.8 to 2.8), 32 with this."""


@dataclass(frozen=True)
class LeftOut:
    """What a model that never saw the sentence says about it; rows are training sentences."""

    coefficients: Floats
    """Of the model over all sentences."""
    scores: Floats
    """Left-out scores of items, "no item" and heads."""
    alike: tuple[Floats, Floats, Floats]
    """Most alike *other* sentence of each item."""


@dataclass(frozen=True)
class Trained:
    """The model with its left-out probabilities, for reports."""

    model: Model
    """Ready to be saved."""
    heads: Floats
    """Left-out probabilities of acts and alerts."""
    items: Floats
    """Left-out probabilities of items (in the order of the inventory) and "no item"."""


def train(
    examples: Sequence[Example],
    items: Sequence[LinkItem],
    encode: Encode,
    encoder: str,
    lexicon: Lexicon,
    cache: Path | None = None,
    say: Say = print,
) -> Trained:
    """Learns everything.

    Args:
        encode: sentence encoder, best with a cache on disk.
        encoder: its identity.
        cache: folder for jieba's compiled dictionary.
        say: gets a line a step.

    Raises:
        DataError: a sentence names an unknown item.
    """
    check_labels(examples, items)
    say(f"1/5 读例句：{len(examples)} 句，{len(items)} 个事项")
    segmenter = make_segmenter(items, lexicon, cache)
    normalized = [normalize(example.text) for example in examples]
    words = count_words(normalized, segmenter)
    reader = PlainReader(lexicon, words, items, segmenter)
    texts = [reader.plain(text) for text in normalized]
    say("2/5 算句向量和字音特征")
    featurizer = Featurizer.fit(encode, texts)
    features = featurizer.features(texts)
    written = WrittenEvidence(items, featurizer, reader, segmenter).gather(texts, features)
    named = {example.item_id for example in examples if example.item_id}
    trained_ids = tuple(item.item_id for item in items if item.item_id in named)
    owners = np.array([_column(example.item_id, trained_ids) for example in examples], np.int64)
    heads = np.array([head_of(example) for example in examples], np.int64)
    say("3/5 求解分类模型")
    left_out = solve(features, owners, heads, len(trained_ids))
    say("4/5 校准把握、融合证据")
    split = len(trained_ids) + 1
    fresh = unlearnt(examples)
    scale, offsets = fit_scale(left_out.scores[fresh, split:], heads[fresh])
    chances = head_chances(left_out.scores[:, split:], scale, offsets)
    table = act_table(heads, owners, len(trained_ids))
    scores = TrainedScores(left_out.scores[:, :split], left_out.alike, fit_to_items(chances, table))
    evidence = combine(scores, written, columns_of(items, trained_ids), texts)
    truth = _truth(examples, items)
    fusion = fit_weights(_with_new(evidence[fresh], truth[fresh]), truth[fresh])
    alone = KINDS.index("name_alone")
    fusion[alone] = max(fusion[alone], WHOLE_NAME)
    linked = probabilities(evidence, fusion)
    say("5/5 定范围和危险的门槛")
    foreign = named_heads(chances, ["out_of_scope"])
    outside = np.array([example.act == "out_of_scope" for example in examples], np.int64)
    model = Model(
        encoder=encoder,
        items=trained_ids,
        heads=HEADS,
        words=words,
        foreign_scope=fit_scope(foreign[fresh], linked[fresh, :-1].max(axis=1), outside[fresh]),
        danger_threshold=fit_threshold(
            left_out.scores[fresh, split + len(ACTS) :].sum(axis=1), heads[fresh] >= len(ACTS)
        ),
        scale=scale,
        mean=featurizer.mean,
        spelling=featurizer.spelling,
        sound=featurizer.sound,
        exemplars=features,
        owners=owners,
        coefficients=left_out.coefficients,
        offsets=offsets,
        act_table=table,
        fusion=fusion,
    )
    return Trained(model, chances, linked)


def unlearnt(examples: Sequence[Example]) -> Index:
    """Rows of the sentences the encoder did not learn from; all, where they are too few to learn from themselves.

    To the encoder its own lessons look clearer than anything new: thresholds set on them would be too bold.
    """
    rows = np.flatnonzero([held_out(example.text) for example in examples])
    return rows if len(rows) >= _FRESH_AT_LEAST else np.arange(len(examples))


def solve(features: Features, owners: Index, heads: Index, items: int) -> LeftOut:
    """Fits the kernel model, block by block, and collects what it says without each sentence."""
    size, columns = len(features), items + 1 + len(HEADS)
    labels = np.zeros((size, columns), np.float32)
    labels[np.arange(size), owners] = 1.0
    labels[np.arange(size), items + 1 + heads] = 1.0
    exemplars, pool = Exemplars(features), Pool(owners, items + 1)
    kernel = np.empty((size, size), np.float32)
    alike = tuple(np.empty((size, items + 1), np.float32) for _ in range(3))
    for start in range(0, size, _BLOCK):
        rows = np.arange(start, min(size, start + _BLOCK))
        likeness = exemplars.likeness(features.take(rows))
        kernel[rows] = likeness.kernel()
        for part in (likeness.meaning, likeness.spelling, likeness.sound):
            part[np.arange(len(rows)), rows] = -1.0  # no sentence is its own neighbour
        for whole, part in zip(alike, pool.best_of(likeness), strict=True):
            whole[rows] = part
    # The three cosines come from one product each, so K is symmetric only up to rounding.
    coefficients, scores = solve_with_left_out(kernel, labels)
    return LeftOut(coefficients, scores, (alike[0], alike[1], alike[2]))


def _with_new(evidence: Floats, truth: Index) -> Floats:
    """The evidence, with some candidates as if training had never seen them."""
    draw = np.random.default_rng(_SEED)
    new = draw.random(evidence.shape[:2]) < _OTHER_AS_NEW
    new[np.arange(len(truth)), truth] = draw.random(len(truth)) < _TRUE_AS_NEW
    new[:, -1] = False  # "no item" is never new
    changed = evidence.copy()
    mark_new(changed, new)
    return changed


def _truth(examples: Sequence[Example], items: Sequence[LinkItem]) -> Index:
    ids = tuple(item.item_id for item in items)
    return np.array([_column(example.item_id, ids) for example in examples], np.int64)


def _column(item_id: str | None, ids: Sequence[str]) -> int:
    return ids.index(item_id) if item_id else len(ids)
