"""In: token ids. Out: vectors – the encoder's network in TensorFlow, trainable (TensorFlow comes with Rasa).

BERT with post-LayerNorm and erf-GELU as in encoder/graph.py, every second layer of the original's twelve, no prefix.
The word table is not trained: 30,000 rows would only learn the words of eleven thousand sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from bot.understanding.encoder.tuned import Tuned
from bot.understanding.encoder.vocabulary import PAD
from bot.understanding.encoder.weights import WeightFile

LAYERS = (0, 2, 4, 6, 8, 11)
"""Which of the original's layers the new ones begin as."""
DROPOUT = 0.1
_MAPS = ("q", "k", "v", "ao", "fi", "fo")
_NORMS = ("aln", "oln")
_EPSILON = 1e-12
Tensor = Any


class Network:
    """The network with its variables.

    Args:
        weights: of the original.
        rows: of its word table, in the order of our vocabulary.
    """

    def __init__(self, weights: WeightFile, rows: Sequence[int]) -> None:
        sizes = weights.sizes
        self.hidden, self.heads = sizes.hidden, sizes.heads
        self._words = tf.constant(weights.word_rows(rows))
        position = weights.tensor("emb.pos", sizes.positions, sizes.hidden)
        self._places = tf.constant(position + weights.tensor("emb.type", sizes.token_types, sizes.hidden)[0])
        self._first_norm = [tf.constant(weights.tensor(f"emb.ln.{part}", sizes.hidden)) for part in "wb"]
        self.variables: dict[str, Any] = {}
        shapes = {"fi": (sizes.inner, sizes.hidden), "fo": (sizes.hidden, sizes.inner)}
        for number, layer in enumerate(LAYERS):
            for part in _MAPS:
                shape = shapes.get(part, (sizes.hidden, sizes.hidden))
                # TensorFlow multiplies from the other side, so the maps are kept turned round.
                self._add(f"l{number}.{part}.w", weights.tensor(f"l{layer}.{part}.w", *shape).T)
                self._add(f"l{number}.{part}.b", weights.tensor(f"l{layer}.{part}.b", shape[0]))
            for norm in _NORMS:
                for part in "wb":
                    self._add(f"l{number}.{norm}.{part}", weights.tensor(f"l{layer}.{norm}.{part}", sizes.hidden))
        self.centre = tf.Variable(tf.zeros(sizes.hidden))

    def pooled(self, ids: Tensor, training: bool) -> Tensor:
        """Mean over the tokens; float32 [sentences, hidden]."""
        mask = tf.cast(ids != PAD, tf.float32)
        sentences, tokens = tf.shape(ids)[0], tf.shape(ids)[1]
        hidden = _norm(tf.gather(self._words, ids) + self._places[:tokens], *self._first_norm)
        hidden = tf.reshape(_drop(hidden, training), [-1, self.hidden])
        hide = (1 - mask)[:, None, None, :] * -1e9
        for number in range(len(LAYERS)):
            hidden = self._layer(hidden, number, hide, sentences, tokens, training)
        hidden = tf.reshape(hidden, [sentences, tokens, self.hidden])
        return tf.reduce_sum(hidden * mask[..., None], 1) / tf.reduce_sum(mask, 1)[:, None]

    def vectors(self, ids: Tensor, training: bool) -> Tensor:
        """Centred vectors of length 1."""
        return tf.nn.l2_normalize(self.pooled(ids, training) - self.centre, 1)

    def tuned(self) -> Tuned:
        """The weights as they are now."""
        tensors = {name: variable.numpy() for name, variable in self.variables.items()}
        turned = {name: values.T if values.ndim == 2 else values for name, values in tensors.items()}
        return Tuned(turned, self.centre.numpy())

    def _layer(
        self, hidden: Tensor, number: int, hide: Tensor, sentences: Tensor, tokens: Tensor, training: bool
    ) -> Tensor:
        own = {name.split(".", 1)[1]: v for name, v in self.variables.items() if name.startswith(f"l{number}.")}
        maps = tf.concat([own[f"{part}.w"] for part in "qkv"], 1)
        parts = tf.matmul(hidden, maps) + tf.concat([own[f"{part}.b"] for part in "qkv"], 0)
        width = self.hidden // self.heads
        parts = tf.transpose(tf.reshape(parts, [sentences, tokens, 3, self.heads, width]), [2, 0, 3, 1, 4])
        scores = tf.matmul(parts[0], parts[1], transpose_b=True) / np.sqrt(width).astype(np.float32) + hide
        attended = tf.transpose(tf.matmul(tf.nn.softmax(scores), parts[2]), [0, 2, 1, 3])
        attended = tf.matmul(tf.reshape(attended, [-1, self.hidden]), own["ao.w"]) + own["ao.b"]
        middle = _norm(hidden + _drop(attended, training), own["aln.w"], own["aln.b"])
        wide = tf.nn.gelu(tf.matmul(middle, own["fi.w"]) + own["fi.b"], approximate=False)
        narrow = tf.matmul(wide, own["fo.w"]) + own["fo.b"]
        return _norm(middle + _drop(narrow, training), own["oln.w"], own["oln.b"])

    def _add(self, name: str, values: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
        self.variables[name] = tf.Variable(np.ascontiguousarray(values), name=name)


def _norm(values: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    mean = tf.reduce_mean(values, -1, keepdims=True)
    spread = tf.reduce_mean(tf.math.squared_difference(values, mean), -1, keepdims=True)
    return (values - mean) * tf.math.rsqrt(spread + _EPSILON) * weight + bias


def _drop(values: Tensor, training: bool) -> Tensor:
    return tf.nn.dropout(values, DROPOUT) if training else values
