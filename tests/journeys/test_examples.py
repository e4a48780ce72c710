"""What the product itself offers to tap is understood: the page's examples and the phrase book's first questions."""

from __future__ import annotations

import re
import uuid

import httpx
import pytest

from bot.answers.phrases import phrase
from bot.settings import ROOT

pytestmark = pytest.mark.engine

MEANT = {
    "孩子上小学要什么材料": {"schooling.primary_entry.nonlocal"},
    "居住证怎么办": {"residence.permit.apply"},
    "居住证积分怎么算分": {"points.score_table", "points.apply"},
    "老家医保在上海能用吗": {"medins.crossprovince.filing"},
    "老板拖着工资不给": {"labour.wage_arrears"},
    "上班受伤了怎么办": {"labour.work_injury_recognition"},
    "考技能证有补贴吗": {"training.skill_upgrade_subsidy_shanghai", "training.unemployment_insurance_skill_subsidy"},
    "公租房怎么申请": {"housing.public_rental.city"},
    "孩子上小学要什么条件": {"schooling.primary_entry.nonlocal"},
    "老板不发工资找谁": {"labour.wage_arrears"},
}


def offered() -> set[str]:
    page = (ROOT / "bot" / "channels" / "web" / "static" / "index.html").read_text("utf-8")
    return {*phrase("first_questions").splitlines(), *re.findall(r'class="example">.*?<span>([^<]+)</span>', page)}


def test_every_offered_question_has_its_meaning_written_down() -> None:
    assert len(offered()) >= 8
    assert offered() <= MEANT.keys()


@pytest.mark.parametrize("question", MEANT)
def test_an_offered_question_is_answered(api: httpx.Client, question: str) -> None:
    sent = {"conversation_id": uuid.uuid4().hex, "text": question}
    reply = api.post("/api/v1/chat", json=sent).json()["replies"][0]
    assert reply["item_id"] in MEANT[question], reply["text"]
