"""The Rasa components: trained in a real graph, stored in a real archive, read without Rasa."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.settings import ROOT
from bot.understanding import runtime
from bot.understanding.encoder import WIDTH, Vectors
from bot.understanding.lexicon import read_lexicon
from tests.understanding.conftest import ITEMS, examples, letters

pytestmark = pytest.mark.engine


class Letters:
    """The seam with an encoder that needs no model."""

    identity = "letters"

    def encode(self, texts: list[str]) -> Vectors:
        vectors = letters(texts)
        assert vectors.shape[1] == WIDTH
        return vectors


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A model that Rasa trained with our components on the small set of sentences."""
    training = pytest.importorskip("rasa.model_training")
    folder = tmp_path_factory.mktemp("rasa")
    config = (ROOT / "config.yml").read_text("utf-8").split("policies:")[0] + "policies: []\n"
    (folder / "config.yml").write_text(config, "utf-8")
    rows = [
        f"- intent: {e.act}\n  examples:\n  - {{text: {e.text}, metadata: {{item: {e.item_id or 'null'}, "
        f"alert: {e.alert or 'null'}}}}}"
        for e in examples()
    ]
    (folder / "nlu.yml").write_text('version: "3.1"\nnlu:\n' + "\n".join(rows) + "\n", "utf-8")
    encoder = Letters()
    vectors = runtime.VectorCache(folder / "vectors.npz", encoder)
    parts = runtime.Parts(encoder, vectors, read_lexicon(), None, folder / "jieba")
    patch = pytest.MonkeyPatch()
    patch.setattr(runtime, "parts", lambda: parts)
    patch.setattr(runtime, "_current", runtime._Current())
    runtime.set_items(ITEMS)
    yield Path(training.train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder)))
    patch.undo()
    shutil.rmtree(folder)


def test_rasa_and_degraded_mode_say_the_same(archive: Path) -> None:
    from rasa.core.agent import Agent

    text = "请问公积金最低交多少"
    parsed = asyncio.run(Agent.load(str(archive)).parse_message(text))
    alone = runtime.load_from_model_archive(archive).understand(text, today=date.today())
    assert parsed["intent"]["name"] == alone.act == "ask_amount"
    assert parsed["understood"]["item_id"] == alone.item_id == "housing.fund.basics"


def test_danger_is_the_intent(archive: Path) -> None:
    from rasa.core.agent import Agent

    parsed = asyncio.run(Agent.load(str(archive)).parse_message("我不想活了"))
    assert parsed["intent"] == {"name": "danger", "confidence": 1.0}
    assert parsed["understood"]["alert"] == "suicide"


def test_a_published_item_reaches_the_one_in_force(archive: Path) -> None:
    reader = runtime.load_from_model_archive(archive)
    runtime.set_items(ITEMS[:1])
    assert runtime.understander() is reader
    assert len(reader.linker.inventory.items) == 1
    runtime.set_items(ITEMS)


def test_no_archive_no_model(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        runtime.load_from_model_archive(tmp_path / "none.tar.gz")
    (tmp_path / "broken.tar.gz").write_bytes(b"not a tar")
    with pytest.raises(SetupError):
        runtime.load_from_model_archive(tmp_path / "broken.tar.gz")
