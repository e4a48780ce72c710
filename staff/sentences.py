"""In: sentences with their labels. Out: proposed, judged by a second person, and written as a training file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.clock import now
from bot.errors import BadInput, Conflict, NotAllowed
from bot.messages import ACTS, ITEM_ACTS
from services.knowledge.yaml_text import dump_mapping
from staff.audit import record
from staff.database import StaffDatabase
from staff.tables import staff_sentence

LONGEST = 400


@dataclass(frozen=True)
class Sentence:
    """One sentence for the next training."""

    id: int
    text: str
    act: str
    item_id: str
    state: str
    author: str
    reviewer: str | None
    at: datetime


class Sentences:
    """The sentences of one database.

    Args:
        database: where they are.
    """

    def __init__(self, database: StaffDatabase) -> None:
        self._database = database

    def propose(self, text: str, act: str, item_id: str, author: str) -> None:
        """Write a sentence down for somebody else to judge. Personal numbers are masked by the caller.

        Raises:
            BadInput: empty, too long, no such act, or an act about an item without one.
            Conflict: the sentence is there already.
        """
        if not text or len(text) > LONGEST:
            raise BadInput(f"例句要写 1 到 {LONGEST} 个字。")
        if act not in ACTS or (act in ITEM_ACTS and not item_id):
            raise BadInput("请选这句话在做什么；问事项的，还要选是哪个事项。")
        row = {"text": text, "act": act, "item_id": item_id, "state": "proposed", "author": author, "at": now()}
        try:
            with self._database.transaction() as connection:
                connection.execute(staff_sentence.insert().values(**row))
                record(connection, author, "sentence_added", item_id, act=act)
        except sa.exc.IntegrityError as error:
            raise Conflict("这句话已经有人加过了。") from error

    def judge(self, number: int, good: bool, reviewer: str) -> None:
        """Accept or refuse.

        Raises:
            NotAllowed: it is their own.
            Conflict: it was judged already, or is not there.
        """
        mine = staff_sentence.c.id == number
        values = {"state": "accepted" if good else "refused", "reviewer": reviewer}
        with self._database.transaction() as connection:
            waits = mine & (staff_sentence.c.state == "proposed") & (staff_sentence.c.author != reviewer)
            if not connection.execute(staff_sentence.update().where(waits).values(**values)).rowcount:
                author = connection.scalar(sa.select(staff_sentence.c.author).where(mine))
                if author == reviewer:
                    raise NotAllowed("自己加的要别人来审。")
                raise Conflict("这句话已经有人审过了。")
            record(connection, reviewer, "sentence_judged", str(number), good=good)

    def listed(self, state: str = "proposed", most: int = 200) -> list[Sentence]:
        """Sentences in one state, newest first."""
        query = sa.select(staff_sentence).where(staff_sentence.c.state == state).order_by(staff_sentence.c.id.desc())
        with self._database.transaction() as connection:
            rows = connection.execute(query.limit(most)).fetchall()
        return [Sentence(r.id, r.text, r.act, r.item_id, r.state, r.author, r.reviewer, r.at) for r in rows]

    def training_file(self) -> str:
        """The accepted sentences as a file for data/nlu/."""
        by_act: dict[str, list[dict[str, object]]] = defaultdict(list)
        for one in reversed(self.listed("accepted", 10_000)):
            by_act[one.act].append({"text": one.text, **({"metadata": {"item": one.item_id}} if one.item_id else {})})
        blocks = [{"intent": act, "examples": by_act[act]} for act in ACTS if act in by_act]
        return dump_mapping({"version": "3.1", "nlu": blocks})
