"""Counting, matching and fusing."""

from __future__ import annotations

import numpy as np
import pytest

from bot.understanding.bm25 import Bm25
from bot.understanding.evidence import KINDS, Pool, mark_new
from bot.understanding.features import Featurizer
from bot.understanding.fusion import fit_scale, fit_weights, probabilities, softmax
from bot.understanding.kernel_model import solve, solve_with_left_out
from bot.understanding.name_matcher import NameMatcher
from bot.understanding.ngrams import GramIndex
from tests.understanding.conftest import letters


def test_rows_have_length_one_and_know_their_grams() -> None:
    index = GramIndex.fit([list("公租房"), list("公积金"), list("公租房")], 2)
    rows = index.rows([list("公租房"), list("天气"), []]).toarray()
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 0, 0], atol=1e-5)
    assert index.vocabulary.keys() == GramIndex.from_arrays(index.arrays()).vocabulary.keys()
    assert rows.dtype == np.float32


def test_empty_index() -> None:
    index = GramIndex.from_arrays(GramIndex.fit([], 3).arrays())
    assert index.rows([list("公租房")]).shape == (1, 0)


def test_the_document_with_the_rare_word_wins() -> None:
    index = Bm25([["居住证", "办理"], ["公积金", "办理"], []])
    scores = index.scores([["公积金", "办理"], ["没有的词"], []])
    assert scores[0].argmax() == 1
    assert not scores[1:].any()


def test_names_inside_a_sentence() -> None:
    matcher = NameMatcher([["公积金", "金"], ["居住证"], ["居住证"]])
    scores = matcher.scores(["公积金怎么提", "公鸡金怎么提", "居住证", "天气"])
    assert scores[0, 0] > scores[1, 0] > 0
    assert scores[2, 1] == scores[2, 2] < scores[0, 0]
    assert not scores[3].any()


def test_a_name_among_words_of_asking_only() -> None:
    matcher = NameMatcher([["居住登记"], ["居住证"], ["积分", "居住证积分"], ["积分"]])
    alone = matcher.alone(
        ["居住登记要带什么？", "居住证积分怎么弄", "请问积分", "居住证和积分", "居住证断了", "怎么" * 900 + "居住证断"]
    )
    assert alone.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1], [0] * 4, [0] * 4, [0] * 4]
    vague = NameMatcher([["补贴怎么领", "育儿补贴"], ["考证补贴"]])
    assert vague.alone(["补贴怎么领", "育儿补贴怎么领"]).tolist() == [[0.5, 0], [1, 0]]


def test_pool_takes_the_best_of_each_owner() -> None:
    pool = Pool(np.array([2, 0, 2]), 4)
    best = pool.best(np.array([[0.1, 0.5, 0.3]], np.float32))
    assert best.tolist() == [[0.5, 0.0, pytest.approx(0.3), 0.0]]


def test_left_out_scores_equal_training_without_the_sentence() -> None:
    draw = np.random.default_rng(0)
    points = draw.normal(size=(12, 4)).astype(np.float32)
    labels = np.eye(3, dtype=np.float32)[draw.integers(0, 3, 12)]
    kernel = np.exp(points @ points.T / 4).astype(np.float32)
    whole, left_out = solve_with_left_out(kernel.copy(), labels)
    assert np.allclose(whole, solve(kernel.copy(), labels), atol=1e-3)
    rest = np.arange(1, 12)
    without_first = solve(kernel[np.ix_(rest, rest)].copy(), labels[rest])
    assert np.allclose(left_out[0], kernel[0, rest] @ without_first, atol=1e-3)


def test_fusion_learns_which_evidence_to_trust() -> None:
    draw = np.random.default_rng(1)
    truth = draw.integers(0, 5, 400)
    evidence = draw.normal(size=(400, 5, 2)).astype(np.float32)
    evidence[np.arange(400), truth, 0] += 2.0
    weights = fit_weights(evidence, truth)
    assert weights[0] > 1.0 > abs(weights[1])
    chances = probabilities(evidence, weights)
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    right = chances.argmax(axis=1) == truth
    assert abs(right.mean() - chances.max(axis=1).mean()) < 0.06, "probabilities are honest"


def test_scale_makes_timid_scores_confident() -> None:
    truth = np.tile([0, 1], 100)
    scores = np.stack([1 - truth, truth], axis=1).astype(np.float32) * 0.1
    factor, offsets = fit_scale(scores, truth)
    assert softmax(factor * scores + offsets)[np.arange(200), truth].min() > 0.9


def test_new_candidates_keep_only_what_is_written() -> None:
    evidence = np.ones((1, 2, len(KINDS)), np.float32)
    mark_new(evidence, np.array([[True, False]]))
    assert evidence[0, 0, KINDS.index("model")] == 0
    assert evidence[0, 0, KINDS.index("new")] == 1
    assert evidence[0, 1].all()


def test_unreadable_text_is_nothing() -> None:
    featurizer = Featurizer.fit(letters, ["居住证", "公积金"])
    features = featurizer.features(["", "居住证"])
    assert np.isfinite(features.meaning).all()
    assert features.spelling[0].nnz == 0
