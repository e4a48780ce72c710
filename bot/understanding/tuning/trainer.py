"""In: a network and lessons. Out: the network, taught. Three aims at once, weighted:

    which item      nearness to a prototype of each item (and of "no item"), label-smoothed
    which act       a linear layer on the same vector
    stay yourself   nearness to the original encoder's vector of the clean text, so that a noisy copy means the same
                    and sentences about things never seen keep their place
AdamW (Loshchilov 2019) with a linear warm-up and decay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from bot.understanding.encoder.vocabulary import PAD
from bot.understanding.tuning.lessons import Lessons, centroids, heads
from bot.understanding.tuning.network import Network

Say = Callable[[str], None]
Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Plan:
    """How it is taught; the figures were chosen on sentences held out."""

    epochs: int = 10
    """Times each sentence is seen."""
    batch: int = 64
    """Sentences of one step."""
    rate: float = 1.2e-4
    """Highest learning rate of the network; ten times that for the prototypes."""
    noisy: float = 0.5
    """Share of sentences seen with noise."""
    seed: int = 1
    """Of everything random."""


_ITEM_SHARP, _ACT_SHARP, _SMOOTHING, _DECAY, _WARM = 20.0, 10.0, 0.1, 0.01, 0.1
_ACT_WEIGHT, _TEACHER_WEIGHT = 0.7, 4.0
_POOL = 16
"""Batches that are sorted by length together, so that little of a batch is padding."""


class Trainer:
    """Teaches a network."""

    def __init__(self, network: Network, lessons: Lessons, plan: Plan) -> None:
        self.network, self.lessons, self.plan = network, lessons, plan
        self._draw = np.random.default_rng(plan.seed)
        tf.random.set_seed(plan.seed)
        self._items = tf.Variable(centroids(lessons, lessons.item, lessons.items + 1))
        self._acts = tf.Variable(centroids(lessons, lessons.head, heads()))
        self._act_bias = tf.Variable(tf.zeros(heads()))
        self._body = list(network.variables.values())
        self._all = [*self._body, self._items, self._acts, self._act_bias, network.centre]
        self._first = [tf.Variable(tf.zeros_like(v)) for v in self._all]
        self._second = [tf.Variable(tf.zeros_like(v)) for v in self._all]
        self.steps = plan.epochs * (len(lessons) // plan.batch)

    def run(self, say: Say) -> None:
        """All steps; `say` gets a line every hundred."""
        self._start_centre()
        step, sums = tf.function(self._step, reduce_retracing=True), np.zeros(3)
        for done, rows in enumerate(self._batches(), start=1):
            ids = padded([self._chosen(row) for row in rows])
            told = self.lessons
            losses = step(
                tf.constant(ids),
                tf.constant(told.item[rows]),
                tf.constant(told.head[rows]),
                tf.constant(told.teacher[rows]),
                tf.constant(self._rate(done), tf.float32),
                tf.constant(done, tf.float32),
            )
            sums += [float(loss) for loss in losses]
            if done % 100 == 0:
                item, act, teacher = sums / 100
                say(f"{done}/{self.steps}  item {item:.3f}  act {act:.3f}  teacher {teacher:.3f}")
                sums[:] = 0

    def _start_centre(self) -> None:
        rows = self._draw.permutation(len(self.lessons))[:1024]
        parts = [self.lessons.ids[row][0] for row in sorted(rows, key=lambda row: len(self.lessons.ids[row][0]))]
        groups = [parts[start : start + 64] for start in range(0, len(parts), 64)]
        means = [self.network.pooled(tf.constant(padded(group)), training=False).numpy() for group in groups]
        self.network.centre.assign(np.concatenate(means).mean(axis=0))

    def _batches(self) -> Iterator[npt.NDArray[np.int64]]:
        batch, done = self.plan.batch, 0
        while done < self.steps:
            order = self._draw.permutation(len(self.lessons))
            pools = [order[start : start + batch * _POOL] for start in range(0, len(order), batch * _POOL)]
            batches = []
            for pool in pools:
                by_length = sorted(pool, key=lambda row: len(self.lessons.ids[row][0]))
                batches += [by_length[start : start + batch] for start in range(0, len(by_length), batch)]
            for place in self._draw.permutation(len(batches)):
                if len(batches[place]) == batch and done < self.steps:
                    done += 1
                    yield np.array(batches[place])

    def _chosen(self, row: int) -> list[int]:
        copies = self.lessons.ids[row]
        noisy = len(copies) > 1 and self._draw.random() < self.plan.noisy
        return copies[self._draw.integers(1, len(copies))] if noisy else copies[0]

    def _rate(self, done: int) -> float:
        warm = _WARM * self.steps
        return self.plan.rate * min(done / warm, (self.steps - done) / (self.steps - warm))

    def _step(self, ids: Any, item: Any, head: Any, teacher: Any, rate: Any, number: Any) -> Any:
        with tf.GradientTape() as tape:
            vectors = self.network.vectors(ids, training=True)
            near = _ITEM_SHARP * tf.matmul(vectors, tf.nn.l2_normalize(self._items, 1), transpose_b=True)
            acts = _ACT_SHARP * tf.matmul(vectors, self._acts, transpose_b=True) + self._act_bias
            losses = (
                _loss(near, item, self.lessons.items + 1),
                _loss(acts, head, heads()),
                tf.reduce_mean(1 - tf.reduce_sum(vectors * teacher, 1)),
            )
            whole = losses[0] + _ACT_WEIGHT * losses[1] + _TEACHER_WEIGHT * losses[2]
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(whole, self._all)]
        self._adapt(tf.clip_by_global_norm(slopes, 1.0)[0], rate, number)
        return losses

    def _adapt(self, slopes: list[Any], rate: Any, number: Any) -> None:
        for place, variable in enumerate(self._all):
            own, slope = place < len(self._body), slopes[place]
            first = self._first[place].assign(0.9 * self._first[place] + 0.1 * slope)
            second = self._second[place].assign(0.999 * self._second[place] + 0.001 * slope * slope)
            move = first / (1 - tf.pow(0.9, number)) / (tf.sqrt(second / (1 - tf.pow(0.999, number))) + 1e-8)
            if own and len(variable.shape) == 2:
                move += _DECAY * variable
            variable.assign_sub(rate * (1.0 if own else 10.0) * move)


def _loss(scores: Any, labels: Any, count: int) -> Any:
    """Cross-entropy with smoothed labels; rows without a label count nothing."""
    wanted = tf.one_hot(tf.maximum(labels, 0), count) * (1 - _SMOOTHING) + _SMOOTHING / count
    each = tf.nn.softmax_cross_entropy_with_logits(wanted, scores)
    return tf.reduce_mean(tf.where(labels >= 0, each, 0.0))


def padded(rows: list[list[int]]) -> Ids:
    """Rows of one width, a multiple of eight: few shapes, so that the step is compiled few times."""
    width = -(-max(map(len, rows)) // 8) * 8
    found = np.full((len(rows), width), PAD, np.int32)
    for place, row in enumerate(rows):
        found[place, : len(row)] = row
    return found
