"""In: a database, a port. Out: the console alone, served as the whole server serves it, with what the database holds.

The dialogue model is left out: it has no part in these pages. Search by meaning is in: queries go through the real
encoder; an item that is a crossing gets its first half's vector and a little noise, since encoding 100,000 items
anew would take an hour and change no time that is measured here.

python -m benchmarks.console_server <database url> <folder> <port>
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import uvicorn
from fastapi import FastAPI

from bot.operation.install import install_operation
from bot.settings import ROOT, Settings
from bot.understanding import runtime
from services.handover.store import HandoverStore
from services.knowledge.files import load_items
from services.knowledge.finder import Finder
from services.knowledge.live import LiveKnowledge
from services.knowledge.store import KnowledgeStore
from staff.app import LARGE_BODIES, staff_app
from staff.console import Console
from tests.staff.conftest import Knowledge

PASSWORD = "mo-li-hua-2026"


def vectors(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Real ones for queries; for an inventory those of its first thousand texts, over and over, with noise."""
    known: npt.NDArray[np.float32] = runtime.parts().encode(list(texts[:1_000]))
    if len(texts) <= len(known):
        return known
    noise = np.random.default_rng(3).normal(0, 0.02, (len(texts), known.shape[1])).astype(np.float32)
    every: npt.NDArray[np.float32] = known[np.arange(len(texts)) % len(known)] + noise
    return every


def main(url: str, folder: str, port: int) -> None:
    """Serves until it is stopped."""
    chosen = Settings(_env_file=None, var_dir=Path(folder), database_url=url, staff_admin_password=PASSWORD)
    finder, cases = Finder(vectors), HandoverStore(url)
    live = LiveKnowledge(KnowledgeStore(url), load_items(ROOT / "policy"), builders=(finder.build,))
    live.start()
    # as the engine does, which is left out here (bot/dialogue/engine.py): else the collector walks over every item
    gc.collect()
    gc.freeze()
    cases.migrate()
    console = Console(chosen, Knowledge(live, finder, cases))
    console.prepare()
    app = FastAPI()
    install_operation(app, chosen.max_body_bytes, LARGE_BODIES)
    app.mount("/staff", staff_app(console))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False, ws="none")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
