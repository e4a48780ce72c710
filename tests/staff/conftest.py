"""In: the inventory, a fresh database, real argon2. Out: the console served by a real app, and people of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.messages import Channel, Understood
from bot.operation.install import install_operation
from bot.settings import ROOT, Settings
from services.handover.store import HandoverStore
from services.knowledge.files import load_items
from services.knowledge.finder import Finder
from services.knowledge.live import LiveKnowledge
from services.knowledge.models import Item
from services.knowledge.search import SearchHit
from services.knowledge.snapshot import Snapshot
from services.knowledge.store import KnowledgeStore
from services.questions.models import conversation_hash
from staff.app import LARGE_BODIES, staff_app
from staff.console import Console
from staff.roles import ROLES
from tests.staff.people import PASSWORD, Person
from tests.staff.scripted_calls import ScriptedCalls


@dataclass
class Knowledge:
    """Real knowledge and search; understanding by search alone, since no model is loaded here."""

    live: LiveKnowledge
    finder: Finder
    cases: HandoverStore
    left: tuple[int, int] | None = None
    """What WeChat still allows; the budget itself is tested with Redis in tests/channels/wechat."""

    def snapshot(self) -> Snapshot:
        return self.live.snapshot

    def search(self, q: str, topic: str | None = None, limit: int = 10, day: object = None) -> list[SearchHit]:
        return self.finder.search(q, topic, limit, day)  # type: ignore[arg-type]

    def understand_many(self, texts: Sequence[str], channel: Channel) -> list[Understood]:
        """The first hit counts as the item; who tests understanding itself uses the server fixture."""
        found = [self.finder.search(text, limit=3) for text in texts]
        return [
            Understood(t, t, "ask_overview", 0.9, hits[0].item_id if hits else None, hits[0].score if hits else 0.0)
            for t, hits in zip(texts, found, strict=True)
        ]

    def what_if(self, items: Sequence[Item]) -> Callable[[Sequence[str]], list[Understood]]:
        other = Finder()
        other.build(Snapshot.of_items(items, self.live.snapshot.day))()
        return lambda texts: Knowledge(self.live, other, self.cases).understand_many(texts, "web")

    def explain(self, text: str) -> dict[str, Any]:
        (heard,) = self.understand_many([text], "web")
        hits = [{"item_id": h.item_id, "chance": h.score, "evidence": {"search": h.score}} for h in self.search(text)]
        return {"read": [text, text], "acts": [], "items": hits, "understood": heard.to_dict()}

    def handover(self) -> HandoverStore:
        return self.cases

    async def wechat_left(self, conversation_id: str) -> tuple[int, int] | None:
        return self.left

    def conversation_hash(self, conversation_id: str) -> str:
        return conversation_hash(conversation_id, "a secret of this installation")

    def announce(self) -> None:
        self.live.refresh()


@dataclass
class Desk:
    """A running console."""

    console: Console
    app: FastAPI
    store: KnowledgeStore
    knowledge: Knowledge
    calls: ScriptedCalls

    def person(self, role: str) -> Person:
        """Somebody of that role, signed in. Their name is their role."""
        return Person(self.client()).sign_in(role)

    def client(self) -> TestClient:
        """A browser profile of its own."""
        return TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)


@contextmanager
def desk_on(url: str, var: Path) -> Iterator[Desk]:
    """A console on an empty database."""
    chosen = Settings(_env_file=None, var_dir=var, database_url=url, staff_admin_password=PASSWORD)
    finder, store = Finder(), KnowledgeStore(url)
    live = LiveKnowledge(store, load_items(ROOT / "policy"), builders=(finder.build,))
    live.refresh()
    cases = HandoverStore(url)
    cases.migrate()
    knowledge = Knowledge(live, finder, cases)
    calls = ScriptedCalls()
    console = Console(chosen, knowledge, lambda: calls)
    console.prepare()
    for role in ROLES[:-1]:
        console.accounts.add(role, role, PASSWORD, by="admin", must_change=False)
    app = FastAPI()
    install_operation(app, chosen.max_body_bytes, LARGE_BODIES)
    app.mount("/staff", staff_app(console))
    yield Desk(console, app, store, knowledge, calls)
    console.database.close()
    store.close()


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One console for tests that leave each other alone."""
    var = tmp_path_factory.mktemp("staff")
    with desk_on(f"sqlite:///{var / 'staff.db'}", var) as made:
        yield made


@pytest.fixture(scope="package")
def person(desk: Desk) -> Callable[[str], Person]:
    """Somebody of a role, signed in once."""
    known: dict[str, Person] = {}

    def of(role: str) -> Person:
        if role not in known:
            known[role] = desk.person(role)
        return known[role]

    return of
