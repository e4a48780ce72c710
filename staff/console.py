"""In: settings and what the running server offers. Out: the console's stores, one object that every page gets."""

from __future__ import annotations

import sys
from collections.abc import Callable

import structlog

from bot.errors import LaihutongError, NotFound
from bot.operation.secret import secret_key
from bot.settings import Settings
from services.calls.store import CallStore
from services.cases.followups import FollowUps
from services.cases.store import CaseStore
from services.knowledge.drafts import Drafts
from services.knowledge.store import KnowledgeStore
from services.questions.store import QuestionStore
from staff.accounts import FIRST, Accounts
from staff.audit import Audit
from staff.check_queue import CheckQueue
from staff.database import StaffDatabase
from staff.linked import Linked
from staff.oidc import Provider
from staff.seams import Calls, Serving
from staff.sentences import Sentences
from staff.sessions import Sessions

log = structlog.get_logger(__name__)


def no_hotline() -> Calls:
    """What an installation without a hotline answers.

    Raises:
        NotFound: always.
    """
    raise NotFound("这里还没有接热线。")


class Console:
    """What pages work with.

    Args:
        chosen: the settings.
        serving: knowledge, search, understanding of this process.
        calls: gives the hotline's calls; raises NotFound where none is connected, Unavailable while it is not ready.
    """

    def __init__(self, chosen: Settings, serving: Serving, calls: Callable[[], Calls] = no_hotline) -> None:
        self.chosen, self.serving, self.calls = chosen, serving, calls
        self.database = StaffDatabase(chosen.sql_url)
        self.knowledge = KnowledgeStore(chosen.sql_url)
        self.drafts = Drafts(self.knowledge)
        self.accounts = Accounts(self.database)
        self.sessions = Sessions(self.database)
        self.oidc = Provider(chosen, secret_key(chosen)) if chosen.oidc_issuer else None
        self.linked = Linked(self.database, self.accounts, chosen.oidc_create, bool(chosen.oidc_role_claim))
        self.cases = CaseStore(chosen.sql_url)
        self.follow_ups = FollowUps(self.cases)
        self.questions = QuestionStore(chosen.sql_url)
        self.ended_calls = CallStore(chosen.sql_url)
        self.checks = CheckQueue(self.database)
        self.sentences = Sentences(self.database)
        self.audit = Audit(self.database)

    def prepare(self) -> None:
        """Create tables and the first account; call in a thread. A database that is away is tried again later."""
        try:
            password = self.accounts.first_admin(self.chosen.staff_admin_password.get_secret_value())
        except LaihutongError as error:
            log.error("staff_not_ready", reason=error.sentence)
            return
        if password:
            where = f"http://{self.chosen.host}:{self.chosen.port}/staff/"
            # Not a log line: logs are kept, a password is not.
            print(f"员工后台：{where} 用户名 {FIRST}，密码 {password}（只显示这一次）", file=sys.stdout, flush=True)

    def past_questions(self) -> list[str]:
        """Real questions, masked, the latest first."""
        return self.questions.latest()
