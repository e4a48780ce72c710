"""In: settings. Out: the running parts of one process, joined: services, understanding, engine, intake.

Loading order, in a thread of its own: knowledge → understanding (from here on people get answers by retrieval) →
dialogue engine (from here on in full). What is heavy to import is imported there: /healthz must answer at once.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date
from typing import TYPE_CHECKING, Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.ahead import Ahead
from bot.channels.case_rate import CaseRate
from bot.channels.desk import Desk
from bot.channels.intake import Intake
from bot.channels.order import Order
from bot.channels.outcome import OutcomeTalk
from bot.channels.rate import RateLimit
from bot.channels.recent import Recent
from bot.clock import today
from bot.dialogue.degraded import Degraded
from bot.dialogue.engine import Engine
from bot.dialogue.training import model_path
from bot.errors import LaihutongError, NotFound, Unavailable
from bot.hours import parse_hours
from bot.messages import Channel, Inbound, Understood
from bot.operation import metrics
from bot.operation.accounts import Accounts
from bot.operation.asked import asked_of
from bot.operation.secret import secret_key
from bot.operation.telephone import Telephone
from bot.operation.valkey import EmbeddedRedis
from bot.settings import Settings
from services.cases.followups import FollowUps
from services.cases.store import CaseStore
from services.handover.store import HandoverStore
from services.questions.models import conversation_hash
from services.questions.recorder import Recorder
from services.questions.store import QuestionStore

if TYPE_CHECKING:
    from bot.understanding.pipeline import Understander
    from services.bundled import Bundle
    from services.clients import Clients
    from services.eligibility.files import SchemeBook
    from services.knowledge.models import Item
    from services.knowledge.search import SearchHit
    from services.knowledge.snapshot import Snapshot
    from services.places.core import PlaceBook

log = structlog.get_logger(__name__)

_DATABASE_AGAIN_S = 5.0
_WAIT_FOR_UNDERSTANDING_S = 10.0
"""A message in the first seconds of a process waits this long before it gets the hotline number."""


class Parts:
    """Everything that runs in one server process.

    Args:
        chosen: the settings.
    """

    def __init__(self, chosen: Settings) -> None:
        self._chosen = chosen
        self._embedded = None if chosen.redis_url else EmbeddedRedis(chosen.var_dir)
        self._redis: Redis[bytes] | None = None
        self._redis_url = chosen.redis_url
        self._bundle: Bundle | None = None
        self._understander: Callable[[], Understander] | None = None
        self._understands = threading.Event()
        self._stopped = False
        self.failure: str | None = None
        """Why loading ended early; None while all goes well."""
        self.engine = Engine(model_path(), chosen.session_ttl_s, self._give_services)
        degraded = Degraded(self._understand, self._item, chosen.hotline_number)
        self._ahead = Ahead(lambda texts: self._understanding().warm(texts))
        self.intake = Intake(self.engine, degraded, self._ahead, chosen)
        """Answers by the machine."""
        hours = parse_hours(chosen.handover_hours, chosen.handover_closed)
        self.desk = Desk(self.intake, self.handover, hours)
        """Where channels hand messages in: the machine, or the person who has taken the conversation."""
        self._handover: HandoverStore | None = None
        self._clients: Clients | None = None
        self.accounts = Accounts(chosen, self.desk, self._nearby, self.handover)
        """WeChat and WeCom, where they are set up."""
        self.telephone = Telephone(chosen, self.desk)
        """Calls: an agent's, and those nobody is there for."""
        self._case_rate: CaseRate | None = None
        self.questions = QuestionStore(chosen.sql_url)
        """What was asked and answered."""
        self._recorder = Recorder(self.questions, chosen.keep_questions_days)
        secret = secret_key(chosen)
        self.desk.forget_also(lambda left: self._recorder.erase(conversation_hash(left, secret)))
        follow_ups = FollowUps(CaseStore(chosen.sql_url))
        self.desk.forget_also(follow_ups.unlink)
        self.desk.forget_also(self.engine.forget)
        self.desk.ask_outcome_by(OutcomeTalk(follow_ups))
        self.intake.listen(lambda inbound, turned: self._recorder.put(asked_of(inbound, turned, secret, self._topic)))

    async def start_redis(self) -> None:
        """Connects to Redis, the given one or our own; without any, this process goes on alone."""
        if self._embedded is not None:
            try:
                self._redis_url = await self._embedded.start()
            except LaihutongError as error:
                log.error("redis_missing", reason=error.sentence)
        if self._redis_url:
            self._redis = Redis.from_url(self._redis_url, socket_connect_timeout=0.5, socket_timeout=1.0)
        self._recorder.start()
        each, together = self._chosen.cases_per_hour, self._chosen.cases_per_hour_all
        secret, hotline = secret_key(self._chosen), self._chosen.hotline_number
        self._case_rate = CaseRate(self._redis, each, together, secret, hotline)
        self.intake.share(Order(self._redis), RateLimit(self._redis, self._chosen.rate_per_minute))
        self.desk.share(Recent(self._redis))

    def start_channels(self) -> None:
        """Begins what works beside requests: staff's replies, the messages of an official account."""
        self.telephone.hear(self._redis, self.snapshot)
        self.accounts.start(self._redis, self.telephone.hearing().recordings)
        self.desk.start()
        item, rules = self._item, lambda: self._asked().eligibility
        self.telephone.start(self._redis, self._ahead, self._understanding, item, rules)

    async def wechat_left(self, conversation_id: str) -> tuple[int, int] | None:
        """As Accounts.left, for the console."""
        return await self.accounts.left(conversation_id)

    def handover(self) -> HandoverStore:
        """The cases of staff.

        Raises:
            Unavailable: the database has not answered yet.
        """
        if self._handover is None:
            raise Unavailable("资料还没有载入，请过半分钟再试。")
        return self._handover

    def load(self) -> None:
        """Loads everything heavy; call in a thread. What fails is logged and shown by /readyz, the rest goes on."""
        metrics.set_engine_ready(False)
        threading.Thread(target=self._open_handover, name="handover", daemon=True).start()
        try:
            self._load_stations()
            self._understands.set()
        except Exception as error:
            self.failure = repr(error)
            log.error("loading_failed", error=self.failure, exc_info=True)
            return
        if not self._stopped:
            self.engine.start(self._redis_url)

    def _open_handover(self) -> None:
        """Tries until the database answers: without it people still get their answers and telephone numbers."""
        store = HandoverStore(self._chosen.sql_url)
        while not self._stopped:
            try:
                store.migrate()
            except LaihutongError as error:
                log.error("handover_database_missing", reason=error.sentence)
                time.sleep(_DATABASE_AGAIN_S)
            else:
                self._handover = store
                return

    def _load_stations(self) -> None:
        from bot.understanding import runtime
        from bot.understanding.corpus import link_item
        from services.bundled import start

        def relink(snapshot: Snapshot) -> None:
            runtime.set_items([link_item(item) for item in snapshot.items])

        self._bundle = start(self._chosen, self._redis_url or None, runtime.parts().encode, (relink,))
        runtime.load_from_model_archive(model_path())
        self._understander = runtime.understander

    async def stop(self) -> None:
        """Ends every part; the last process to leave stops the embedded Redis with its data on disk."""
        self._stopped = True
        await self.desk.stop()
        await self.accounts.stop()
        await self.telephone.stop()
        await asyncio.to_thread(self._recorder.stop)
        self.engine.stop()
        if self._bundle is not None:
            self._bundle.live.stop()
        if self._redis is not None:
            await self._redis.close()
        if self._embedded is not None:
            await self._embedded.stop()

    @property
    def settled(self) -> bool:
        """True once loading has ended, well or not."""
        return self.engine.ready or self.engine.failure is not None or self.failure is not None

    async def states(self) -> dict[str, str]:
        """Part → "ok", or in one word why not."""
        metrics.set_engine_ready(self.engine.ready)
        loaded = "ok" if self._understands.is_set() else "failed" if self.failure else "loading"
        engine = "ok" if self.engine.ready else "failed" if self.engine.failure or self.failure else "loading"
        return {"knowledge": "ok" if self._bundle else loaded, "understanding": loaded, "engine": engine,
                "redis": await self._redis_state()}  # fmt: skip

    def snapshot(self) -> Snapshot:
        """The published knowledge in force.

        Raises:
            Unavailable: still loading.
        """
        return self._services().live.snapshot

    def announce(self) -> None:
        """Tell every replica that published knowledge has changed."""
        self._services().live.announce()

    def search(self, q: str, topic: str | None = None, limit: int = 10, day: date | None = None) -> list[SearchHit]:
        """As Finder.search, once there is an index."""
        return self._services().finder.search(q, topic, limit, day)

    def places(self) -> PlaceBook:
        """The places, once they are loaded."""
        return self._services().book

    def schemes(self) -> SchemeBook:
        """The eligibility rules, once they are loaded."""
        return self._services().schemes

    def understand_many(self, texts: Sequence[str], channel: Channel) -> list[Understood]:
        """What sentences say, without any conversation around them."""
        return self._understanding().understand_many(texts, channel, today())

    def what_if(self, items: Sequence[Item]) -> Callable[[Sequence[str]], list[Understood]]:
        """What sentences would say if these were the items; the understander in force is left alone. Takes a second."""
        from bot.understanding.corpus import link_item

        other = copy(self._understanding())
        other.linker = copy(other.linker)
        other.linker.rebuild([link_item(item) for item in items])
        return lambda texts: other.understand_many(texts, "web", today())

    def explain(self, text: str) -> dict[str, Any]:
        """How a sentence is understood, and what every kind of evidence said."""
        from bot.understanding.explain import explain

        return explain(self._understanding(), text)

    def _understand(self, inbound: Inbound) -> Understood:
        return self._understanding().understand(inbound.text, inbound.channel, inbound.as_of)

    def _understanding(self) -> Understander:
        if self.failure or not self._understands.wait(_WAIT_FOR_UNDERSTANDING_S) or self._understander is None:
            raise Unavailable("还在准备，请过半分钟再试。")
        return self._understander()

    def _item(self, item_id: str, day: date) -> Mapping[str, Any] | None:
        try:
            return self.snapshot().get(item_id, day).public_on(day)
        except NotFound:
            return None

    async def may_leave_case(self, address: str) -> None:
        """Counts a case from an address. Raises TooMany."""
        if self._case_rate is not None:
            await self._case_rate.check(address)

    def conversation_hash(self, conversation_id: str) -> str:
        """The name under which a conversation's questions are kept."""
        return conversation_hash(conversation_id, secret_key(self._chosen))

    def _topic(self, item_id: str) -> str:
        found = self._bundle.live.snapshot.on(item_id) if self._bundle is not None else None
        return found.item.topic if found else ""

    def _services(self) -> Bundle:
        if self._bundle is None:
            raise Unavailable("资料还没有载入，请过半分钟再试。")
        return self._bundle

    async def _nearby(self, lat: float, lon: float) -> Sequence[Mapping[str, Any]]:
        """The nearest places."""
        return await self._asked().services.places(lat=lat, lon=lon)

    def _asked(self) -> Clients:
        """The clients of the event loop; actions have their own."""
        from services.clients import clients

        if self._clients is None:
            self._clients = clients(self._chosen, lambda: self._services().app)
        return self._clients

    def _give_services(self) -> None:
        """In the engine's thread, before its model is loaded: actions ask the services of this process."""
        from actions.turn import use  # rasa-sdk takes a second to import
        from services.clients import clients

        use(clients(self._chosen, lambda: self._services().app))

    async def _redis_state(self) -> str:
        up = False
        if self._redis is not None:
            try:
                up = bool(await self._redis.ping())
            except RedisError:
                up = False
        metrics.set_redis_up(up)
        return "ok" if up else "lost"
