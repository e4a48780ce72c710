"""In: the weights and the kept pieces. Out: the encoder as an ONNX graph, float32 or with int8 linear maps.

Written by hand with the fused operators onnxruntime runs on a CPU (domain com.microsoft), so that neither
torch nor an optimiser pass is needed:
https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md.
The network is BERT (Devlin 2018) with post-LayerNorm and erf-GELU; positions start at 0, token type is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quant_utils, quantize_dynamic

from bot.understanding.encoder.tuned import Tuned
from bot.understanding.encoder.weights import Floats, WeightFile

OPSET, IR_VERSION, CONTRIB = 17, 8, "com.microsoft"
"""What onnxruntime 1.23.2, the last with wheels for Python 3.10, reads."""


class _Graph:
    """Collects nodes and constants; every method returns the name of its output."""

    def __init__(self, weights: WeightFile, tuned: Tuned | None) -> None:
        self.weights, self.sizes, self.tuned = weights, weights.sizes, tuned
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, name: str, values: npt.NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **more: object) -> str:
        # Nodes need names: the quantiser derives the names of its own tensors from them.
        node = helper.make_node(kind, list(inputs), [output], name=output, domain=domain, **more)
        self.nodes.append(node)
        return output

    def tensor(self, name: str, *shape: int) -> Floats:
        """A tensor of our own layers where there are such, else of the original."""
        if self.tuned is not None and name in self.tuned.tensors:
            return self.tuned.tensors[name].reshape(shape)
        return self.weights.tensor(name, *shape)

    def vector(self, name: str, size: int) -> str:
        return self.constant(name, self.tensor(name, size))

    def linear(self, source: str, name: str, size_in: int, size_out: int) -> str:
        """source · Wᵀ, without the bias: that is fused into the operator after it."""
        weight = self.constant(f"{name}.w", self.tensor(f"{name}.w", size_out, size_in).T)
        return self.node("MatMul", [source, weight], f"{name}.out")

    def add_and_norm(self, source: str, skip: str, norm: str, bias: str = "") -> str:
        """LayerNorm(source + skip + bias)."""
        size = self.sizes.hidden
        inputs = [source, skip, self.vector(f"{norm}.w", size), self.vector(f"{norm}.b", size)]
        inputs += [self.vector(bias, size)] if bias else []
        return self.node("SkipLayerNormalization", inputs, f"{norm}.out", CONTRIB, epsilon=float(self.weights.epsilon))

    def embeddings(self, rows: Sequence[int]) -> str:
        """Word (int8 with one scale a row, a quarter of the size) + position + token type 0, normalised."""
        table = self.weights.word_rows(rows)
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127
        words = self.constant("word", np.rint(table / scale).astype(np.int8))
        scales = self.constant("word.scale", scale.astype(np.float32))
        whole = self.node("Gather", [words, "ids"], "word.int8")
        number = self.node("Cast", [whole], "word.cast", to=TensorProto.FLOAT)
        factor = self.node("Gather", [scales, "ids"], "word.factor")
        word = self.node("Mul", [number, factor], "word.out")
        sizes = self.sizes
        position = self.weights.tensor("emb.pos", sizes.positions, sizes.hidden)
        kind = self.weights.tensor("emb.type", sizes.token_types, sizes.hidden)[0]
        places = self.constant("position", position + kind)
        zero, one, two = (self.constant(f"int.{n}", np.array([n], np.int64)) for n in (0, 1, 2))
        shape = self.node("Shape", ["ids"], "ids.shape")
        length = self.node("Slice", [shape, one, two], "ids.length")
        place = self.node("Slice", [places, zero, length], "position.2d")
        return self.add_and_norm(word, self.node("Unsqueeze", [place, zero], "position.out"), "emb.ln")

    def layer(self, source: str, number: int, mask: str) -> str:
        at, hidden, inner = f"l{number}", self.sizes.hidden, self.sizes.inner
        parts = [self.tensor(f"{at}.{part}.w", hidden, hidden).T for part in "qkv"]
        biases = [self.tensor(f"{at}.{part}.b", hidden) for part in "qkv"]
        weight = self.constant(f"{at}.qkv.w", np.concatenate(parts, axis=1))
        bias = self.constant(f"{at}.qkv.b", np.concatenate(biases))
        inputs, heads = [source, weight, bias, mask], self.sizes.heads
        attention = self.node("Attention", inputs, f"{at}.attention", CONTRIB, num_heads=heads)
        attended = self.linear(attention, f"{at}.ao", hidden, hidden)
        middle = self.add_and_norm(attended, source, f"{at}.aln", f"{at}.ao.b")
        wide = self.linear(middle, f"{at}.fi", hidden, inner)
        active = self.node("BiasGelu", [wide, self.vector(f"{at}.fi.b", inner)], f"{at}.gelu", CONTRIB)
        narrow = self.linear(active, f"{at}.fo", inner, hidden)
        return self.add_and_norm(narrow, middle, f"{at}.oln", f"{at}.fo.b")

    def pool(self, hidden: str) -> str:
        """Mean over the tokens of the mask, less the centre of a tuned encoder, then length 1."""
        weight = self.node("Cast", ["mask"], "mask.float", to=TensorProto.FLOAT)
        last = self.constant("axis.last", np.array([2], np.int64))
        kept = self.node("Mul", [hidden, self.node("Unsqueeze", [weight, last], "mask.3d")], "kept")
        total = self.node("ReduceSum", [kept, "int.1"], "total", keepdims=0)
        if self.tuned is not None:
            count = self.node("ReduceSum", [weight, "int.1"], "count", keepdims=1)
            mean = self.node("Div", [total, count], "mean")
            total = self.node("Sub", [mean, self.constant("centre", self.tuned.centre)], "centred")
        # Without a centre the sum is enough: scaling to length 1 undoes the division by the number of tokens.
        return self.node("LpNormalization", [total], "vectors", axis=-1, p=2)


def float_model(weights: WeightFile, rows: Sequence[int], tuned: Tuned | None = None) -> ModelProto:
    """The encoder with float32 linear maps: ids and mask int64 [B, T] → vectors float32 [B, 384].

    Args:
        weights: of the original; the word table is always its own.
        rows: of the word table, in the order of our vocabulary.
        tuned: our own layers; None for the original's twelve.
    """
    graph = _Graph(weights, tuned)
    mask = graph.node("Cast", ["mask"], "mask.int32", to=TensorProto.INT32)
    hidden = graph.embeddings(rows)
    for number in range(tuned.layers if tuned else weights.sizes.layers):
        hidden = graph.layer(hidden, number, mask)
    graph.pool(hidden)
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["B", "T"]) for n in ("ids", "mask")]
    output = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["B", weights.sizes.hidden])
    body = helper.make_graph(graph.nodes, "multilingual-e5-small", inputs, [output], graph.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION)


def write_int8(model: ModelProto, path: Path, reduce_range: bool) -> None:
    """Writes `model` with int8 linear maps, one scale an output channel; activations are quantised in use.

    Args:
        reduce_range: weights of 7 bits, for processors whose int8 products overflow (see cpu.py).
    """
    quant_utils.add_pre_process_metadata(model)  # else a warning asks for a pass this graph does not need
    quantize_dynamic(
        model,
        path,
        op_types_to_quantize=["MatMul", "Attention"],  # all would also take the word table, with one scale
        per_channel=True,
        reduce_range=reduce_range,
        weight_type=QuantType.QInt8,
        # Types behind contrib operators are not inferred.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
