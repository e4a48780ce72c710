"""Of nobody anything is known: no shipped scheme says no, in the verdict or in words, on any day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.answers.chat import to_reply
from bot.answers.verdict import settled
from services.eligibility.assess import assess
from services.eligibility.files import shipped_book
from services.eligibility.scheme import Scheme
from tests.answers.inventory import item

DAY = date(2026, 11, 23)
REFUSALS = ("不够条件", "不符合", "没资格", "没有资格", "办不了", "差在这里", "你不行", "申请不了", "还差")
SCHEMES = list(shipped_book().schemes.values())


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: str(scheme.file.id))
@pytest.mark.parametrize("asked_in_vain", [False, True])
def test_unknown_never_reads_as_a_refusal(scheme: Scheme, asked_in_vain: bool) -> None:
    facts = dict.fromkeys(scheme.order) if asked_in_vain else {}
    for day in (max(DAY, scheme.since), scheme.stale_since(), scheme.stale_since() + timedelta(400)):
        found = assess(scheme, facts, day)
        assert found["status"] == "undetermined"
        assert found["eligible_from"] is None
        assert not any(condition["status"] == "unmet" for condition in found["conditions"])
        answer = settled(found, item(scheme.file.item), [], day)
        told = [block for block in answer.blocks if block.kind in ("lead", "note")]
        lines = [line for block in told for line in block.lines] + [block.title or "" for block in answer.blocks]
        assert not [line for line in lines for word in REFUSALS if word in line]
        assert to_reply(answer, "web").text
