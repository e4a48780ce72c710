"""In: settings and files, or what the server hands over. Out: the one Understander of this process.

The server sets it at start and rebuilds it when knowledge changes; `rasa train` and `rasa shell`, where nobody
sets anything, build their parts from the settings and the policy files on first use.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from bot.errors import SetupError
from bot.settings import ROOT, settings
from bot.understanding.archive import extract
from bot.understanding.corpus import LinkItem, link_item
from bot.understanding.encoder import SentenceEncoder, Vectors
from bot.understanding.encoder.build import build
from bot.understanding.encoder.remote import OpenAIEncoder
from bot.understanding.encoder.run import OnnxEncoder
from bot.understanding.encoder.vectors import VectorCache
from bot.understanding.lexicon import Lexicon, read_lexicon
from bot.understanding.model import content_digest
from bot.understanding.pipeline import Understander
from bot.understanding.reading import FactEar

EXAMPLES = ROOT / "data" / "nlu"
POLICY = ROOT / "policy"
_A_FEW = 32
"""More texts than this are not messages: they come again at the next start."""


@dataclass(frozen=True)
class Parts:
    """What training and understanding share in one process."""

    encoder: SentenceEncoder
    """Makes sentence vectors."""
    vectors: VectorCache
    """The same with a memory on disk, for texts that come again at every start."""
    lexicon: Lexicon
    """Dialect and everyday words."""
    facts: FactEar | None
    """Hears facts."""
    cache: Path
    """Folder for jieba's compiled dictionary."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A few texts (messages): the encoder; many (an inventory, a corpus): through the disk."""
        return self.encoder.encode(texts) if len(texts) <= _A_FEW else self.vectors.vectors(texts)


@lru_cache(maxsize=1)
def parts() -> Parts:
    """The parts of this process, made on first use; builds the encoder when it is missing.

    Raises:
        SetupError: the encoder cannot be made.
        DataError: a lexicon file is wrong.
    """
    var = settings().var_dir
    encoder = _encoder()
    vectors = VectorCache(var / "cache" / "vectors.npz", encoder)
    return Parts(encoder, vectors, read_lexicon(), _facts(), var / "cache")


def _encoder() -> SentenceEncoder:
    chosen = settings()
    if chosen.embeddings_url:
        key = chosen.embeddings_key.get_secret_value()
        return OpenAIEncoder(chosen.embeddings_url, chosen.embeddings_model, key, chosen.service_timeout_s)
    build(chosen.var_dir / "encoder", say=lambda line: None)
    return OnnxEncoder(chosen.var_dir / "encoder")


def policy_items() -> tuple[LinkItem, ...]:
    """The inventory of the policy files.

    Raises:
        DataError: a policy file is wrong.
    """
    from services.knowledge.files import load_items  # only where no server hands items over

    return tuple(link_item(item) for item in load_items(POLICY))


class _Current:
    """The inventory and the understander in force."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.items: tuple[LinkItem, ...] | None = None
        self.understander: Understander | None = None
        self.model: str = ""


_current = _Current()


def items() -> tuple[LinkItem, ...]:
    """The inventory in force: the last one set, else the policy files."""
    with _current.lock:
        if _current.items is None:
            _current.items = policy_items()
        return _current.items


def set_items(fresh: Sequence[LinkItem]) -> None:
    """Puts another inventory in force, for the understander in force as well. Takes a second; call in a thread."""
    with _current.lock:
        if _current.understander is not None:
            _current.understander.rebuild(fresh)
        _current.items = tuple(fresh)


def load(folder: Path) -> Understander:
    """The understander of a model folder, with the inventory and the parts in force; it is now the one in force.

    Asked again for the same model (the engine's copy of what degraded mode already uses), it gives the same object.

    Raises:
        SetupError: no usable model in `folder`.
    """
    digest = content_digest(folder)
    with _current.lock:
        if _current.understander is not None and _current.model == digest:
            return _current.understander
    shared, inventory = parts(), items()
    made = Understander.load(
        folder, inventory, shared.encode, shared.encoder.identity, shared.lexicon, shared.facts, shared.cache
    )
    with _current.lock:
        if _current.items is not None and _current.items != inventory:
            made.rebuild(_current.items)  # published while we were loading
        _current.understander, _current.model = made, digest
    return made


def load_from_model_archive(archive: Path) -> Understander:
    """The understander inside a model that `rasa train` made, without starting Rasa's engine; now the one in force.

    For degraded mode: the engine takes half a minute to load, people who write meanwhile get answers from here.

    Raises:
        SetupError: the archive is missing, broken or holds no understanding.
    """
    with tempfile.TemporaryDirectory(prefix="laihutong-model-") as folder:
        extract(archive, Path(folder))
        return load(Path(folder))


def understander() -> Understander:
    """The understander in force; when none has been set, that of the newest trained model.

    Raises:
        SetupError: nothing has been trained yet.
    """
    if _current.understander is None:
        archives = sorted((settings().var_dir / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
        if not archives:
            raise SetupError("还没有训练好的模型：请先运行 make train。")
        return load_from_model_archive(archives[-1])
    return _current.understander


def _facts() -> FactEar:
    from bot.understanding.facts.finder import FactFinder

    return FactFinder()
