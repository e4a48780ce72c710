"""In: a console's database. Out: an ended call in it, summarised as the hotline does."""

from __future__ import annotations

from datetime import timedelta

from bot.channels.hotline.assist.mind import Clue, Demand, Heard, Mind, Warned
from bot.channels.hotline.state import Call, Said
from bot.channels.hotline.summary import summarise
from bot.channels.hotline.transcript import Line
from bot.clock import now, today
from services.calls.models import CallRecord
from tests.staff.conftest import Desk
from tests.staff.scripted_calls import PERMIT, REGISTRATION

NAMES = {PERMIT: "《上海市居住证》首次申领", REGISTRATION: "居住登记（取得《居住登记凭证》）"}
LINES = [
    Line(0, "agent", "您好，请讲", 0, 1_000),
    Line(1, "caller", "我想问居住证怎么办", 2_000, 4_000),
    Line(2, "agent", "社保交了多久", 5_000, 6_000),
    Line(3, "caller", "交了八个月，没有居住登记", 65_000, 67_000),
    Line(4, "caller", "我电话是〔手机号〕", 70_000, 72_000),
]
MIND = Mind(
    clues=(Clue(1, {PERMIT: 0.9}, "ask_procedure"),),
    facts={
        "social_insurance_months": Heard("social_insurance_months", 8, "交了八个月", 3, 65_000, 67_000),
        "has_residence_registration": Heard("has_residence_registration", False, "没有居住登记", 3, 65_000, 67_000),
        "education_level": Heard("education_level", "college", "", -1, 0, 0, "agent"),
    },
    demands=(
        Demand(PERMIT, "ask_procedure", "我想问居住证怎么办", 1, 2_000, 4_000, 0.9),
        Demand(REGISTRATION, "ask_place", "在哪登记", 3, 65_000, 67_000, 0.9),
    ),
    warnings=(Warned("minor", "听起来有未成年人在干活。", 3),),
)


def ended_call(desk: Desk, call_id: str = "c-1", days_ago: int = 0) -> CallRecord:
    """A call of five utterances, two demands and three facts; one demand was answered."""
    begun = now().replace(microsecond=0) - timedelta(days=days_ago, minutes=2)
    said = Said(PERMIT, NAMES[PERMIT], 3, begun.isoformat(), "agent", act="ask_procedure")
    call = Call(call_id, begun.isoformat(), "ended", mind=MIND, said=(said,), agent="agent")
    summary = summarise(call, LINES, lambda item_id: NAMES[item_id], today())
    transcript = [line.to_dict() for line in LINES]
    ended = begun + timedelta(seconds=75)
    desk.console.ended_calls.record(CallRecord(call_id, begun, ended, "agent", transcript, summary))
    return desk.console.ended_calls.get(call_id)
