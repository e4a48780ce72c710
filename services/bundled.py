"""In: settings. Out: knowledge, places, eligibility started in this process: routers, and an app to call in process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter, FastAPI

from bot.operation.problems import install_problems
from bot.settings import ROOT, Settings, settings
from services.eligibility import api as eligibility_api
from services.eligibility.files import SchemeBook, load_book
from services.knowledge import api as knowledge_api
from services.knowledge.files import load_items
from services.knowledge.finder import Finder
from services.knowledge.live import Builder, LiveKnowledge
from services.knowledge.reference_files import load_immunisation
from services.knowledge.search import Vectors
from services.knowledge.store import KnowledgeStore
from services.places import api as places_api
from services.places.core import PlaceBook
from services.places.core import load_book as load_places


@dataclass(frozen=True)
class Bundle:
    """The running services."""

    live: LiveKnowledge
    """Published items, fresh within a second or two; `stop()` it at the end."""
    finder: Finder
    """Search over them."""
    book: PlaceBook
    """Sub-districts and kinds of venues."""
    schemes: SchemeBook
    """Eligibility rules."""
    routers: tuple[APIRouter, ...]
    """The public routes, for the server's app."""
    app: FastAPI
    """The same routes alone, for ServiceClient(bundle.app): no middleware, so a call costs little."""


def start(
    chosen: Settings,
    redis_url: str | None = None,
    vectors: Vectors | None = None,
    builders: Sequence[Builder] = (),
) -> Bundle:
    """Load files and database, and keep knowledge fresh. Blocks for a few seconds; call it in a thread.

    Args:
        chosen: where the database is.
        redis_url: for news between replicas; None: polling only.
        vectors: sentence encoder for search by meaning.
        builders: more that depends on knowledge (the item linker); swapped together with the search index.
    Raises:
        DataError: the files of a new installation are wrong.
    """
    finder = Finder(vectors)
    policy = ROOT / "policy"
    items = load_items(policy)
    live = LiveKnowledge(KnowledgeStore(chosen.sql_url), items, redis_url, (finder.build, *builders))
    live.start()
    book = load_places(ROOT / "places")
    schemes = load_book(ROOT / "schemes", items, load_immunisation(policy))
    routers = (
        knowledge_api.router(lambda: live.snapshot, finder),
        places_api.router(lambda: book),
        eligibility_api.router(lambda: schemes),
    )
    app = FastAPI(openapi_url=None)
    install_problems(app)
    for router in routers:
        app.include_router(router)
    return Bundle(live, finder, book, schemes, routers, app)


@lru_cache(maxsize=1)
def bundled() -> Bundle:
    """The services of this process from its settings, started on first use (`rasa run actions`, scripts)."""
    chosen = settings()
    return start(chosen, chosen.redis_url or None)
