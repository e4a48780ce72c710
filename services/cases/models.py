"""In: nothing. Out: what a case is: kinds, states and the ways between them, deadlines, one case with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

Kind = Literal["question", "request", "complaint", "suggestion"]
State = Literal["received", "accepted", "working", "answered", "closed", "merged"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATES: tuple[State, ...] = get_args(State)
KIND_NAMES: dict[str, str] = {"question": "咨询", "request": "求助", "complaint": "投诉", "suggestion": "建议"}
STATE_NAMES: dict[str, str] = {
    "received": "等受理", "accepted": "已受理", "working": "在办理", "answered": "已反馈", "closed": "已办结",
    "merged": "并到另一张工单",
}  # fmt: skip
NEXT: dict[str, tuple[State, ...]] = {
    "received": ("accepted", "working", "answered"),
    "accepted": ("working", "answered"),
    "working": ("answered",),
    "answered": ("working", "closed"),
    "closed": ("working",),
    "merged": (),
}
"""受理 → 办理 → 反馈 → 监督: what may follow a state; a person who says it is not solved sends a case back to work."""
Outcome = Literal["solved", "unsolved", "not_yet"]
OUTCOME_NAMES: dict[str, str] = {"solved": "办成了", "unsolved": "没办成", "not_yet": "还没去"}
"""办成了吗?"""
ASK_AFTER, ASK_AGAIN = timedelta(days=1), timedelta(days=3)
"""From the answer to the question whether it helped; and to the next one, when somebody has not been there yet."""
OPEN: tuple[State, ...] = ("received", "accepted", "working")
ACCEPT_DAYS = 1
"""Working days until somebody has taken a case on."""
ANSWER_DAYS: dict[str, int] = {"question": 3, "request": 5, "complaint": 10, "suggestion": 15}
"""Working days until the answer: placeholders for staff's own order of work, published nowhere. An office sets its own
here before it promises them (CASE_DAYS_PROMISED)."""


@dataclass(frozen=True)
class Step:
    """One line of a case's history."""

    at: datetime
    """When."""
    by: str
    """Who: a member of staff, or 来访人."""
    state: str
    """The state after it."""
    note: str
    """What was done (masked)."""
    public: bool
    """Whether the citizen sees the note."""


@dataclass(frozen=True)
class Case:
    """A request that people work on."""

    number: str
    """What the citizen keeps, e.g. MH20261124-K7QWR."""
    kind: str
    """One of KINDS."""
    item_id: str
    """The item it is about; empty: none."""
    text: str
    """What is wanted, personal numbers masked."""
    contact: str
    """Telephone number to ring back; personal data, its reading is recorded."""
    channel: str
    """Where it came from."""
    state: str
    """One of STATES."""
    department: str
    """Who is to do it; empty: not yet known."""
    owner: str
    """Who works on it."""
    merged_into: str
    """Number of the case it was merged into; empty: none."""
    opened_at: datetime
    """When it came."""
    accept_due: date
    """Last day to take it on."""
    due: date
    """Last day to answer."""
    due_estimated: bool
    """The holidays of that year are not published yet: the day may move."""
    solved: bool | None
    """What the citizen says: 办成了吗? None: not asked or not answered."""
    saves: int
    """Grows with every change."""
    outcome: str | None = None
    """One of OUTCOME_NAMES, as the citizen says; None: nothing was said. "还没去" leaves `solved` open."""
    conversation_id: str = ""
    """Where it was left; empty: nowhere we could ask."""
    history: tuple[Step, ...] = ()
    """Oldest first."""

    def late(self, day: date) -> bool:
        """Whether it should have been taken on or answered by now."""
        return (self.state == "received" and day > self.accept_due) or (self.state in OPEN and day > self.due)
