"""After a call: the summary is edited and saved in the agent's name, a case is opened of it, the caller called back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import today
from services.calls.models import CallRecord
from tests.staff.conftest import Desk, desk_on
from tests.staff.ended import NAMES, ended_call
from tests.staff.people import Person
from tests.staff.scripted_calls import PERMIT, REGISTRATION

Fields = dict[str, object]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Desk]:
    """A console without anybody else's calls."""
    with desk_on(f"sqlite:///{tmp_path / 'staff.db'}", tmp_path) as made:
        yield made


def fields(person: Person, record: CallRecord) -> Fields:
    """What the page sends when nobody has touched it."""
    page = person.get(f"/ended/{record.id}").text
    facts = ("social_insurance_months", "has_residence_registration", "education_level")
    assert all(f'value="{fact}" checked' in page for fact in facts)
    draft = record.summary["case_draft"]
    return {
        "saves": str(record.saves), "demand": record.summary["demand"], "item": [PERMIT, REGISTRATION],
        "fact": list(facts), "fact.social_insurance_months": "8", "fact.has_residence_registration": "false",
        "fact.education_level": "college", "answer": ["0"], "kind": "question", "text": draft["text"]["value"],
        "opened": "\n".join(one["text"] for one in record.summary["open_questions"]),
    }  # fmt: skip


def test_every_field_leads_to_where_it_was_said(own: Desk) -> None:
    record, agent = ended_call(own), own.person("agent")
    page = agent.get(f"/ended/{record.id}").text
    for line in record.transcript:
        assert f'id="segment-{line["id"]}"' in page
    linked = {name: re.findall(r"#segment-(\d+)", part) for name, part in (
        ("demand", page.split("来电人要办什么，一句话")[1].split("<textarea")[0]),
        ("fact", page.split("“交了八个月”")[1].split("</span>")[0]),
        ("item", page.split("事项（不知道就空着）")[1].split("<input")[0]),
        ("text", page.split(">要办什么")[1].split("<textarea")[0]),
        ("contact", page.split(">来电人的电话")[1].split("<span")[0]),
        ("kind", page.split(">类别")[1].split("<select")[0]),
    )}  # fmt: skip
    assert linked == {"demand": ["1", "3"], "fact": ["3"], "item": ["1"], "text": ["1", "3"], "contact": ["4"],
                      "kind": ["1"]}  # fmt: skip
    assert "1:05" in page
    assert "第 3 版" in page
    assert "未成年人" in page
    assert any(deed.target == "c-1" for deed in own.console.audit.page(did="call_read")[0])


def test_untouched_it_is_saved_as_it_was_in_the_agents_name(own: Desk) -> None:
    record, agent = ended_call(own), own.person("agent")
    assert agent.post(f"/ended/{record.id}", fields(agent, record)).status_code == 303
    kept = own.console.ended_calls.one(record.id)
    assert kept.summary == {**record.summary, "note": "", "case_draft": kept.summary["case_draft"]}
    assert kept.summary["case_draft"]["text"] == record.summary["case_draft"]["text"]
    assert (kept.saved_by, kept.case_number, kept.call_back_on) == ("agent", "", None)
    assert "agent</b>" in agent.get(f"/ended/{record.id}").text
    assert [deed.name for deed in own.console.audit.page(did="call_saved")[0]] == ["agent"]


def test_what_is_edited_is_kept_masked(own: Desk) -> None:
    record, agent = ended_call(own), own.person("agent")
    changed = {
        **fields(agent, record), "demand": "问居住证，电话13812345678", "item": [PERMIT],
        "more": "居住证积分申请（首次）",
        "fact": ["social_insurance_months", "education_level"], "fact.social_insurance_months": "9-12", "answer": [],
        "opened": "要带什么还没答\n", "note": "口音重",
    }  # fmt: skip
    assert agent.post(f"/ended/{record.id}", changed).status_code == 303
    kept = own.console.ended_calls.one(record.id).summary
    assert kept["demand"] == "问居住证，电话〔手机号〕"
    assert kept["item_ids"] == [PERMIT, "points.apply"]
    assert kept["facts"] == {"social_insurance_months": {"min": 9, "max": 12}, "education_level": "college"}
    months = kept["heard"][0]
    assert (months["shown"], months["by"], months["before"], months["segment_id"]) == ("9到12个月", "agent", [8], 3)
    assert kept["answers_given"] == []
    assert kept["open_questions"] == [{"text": "要带什么还没答", "item_id": "", "act": "", "segments": []}]
    assert kept["note"] == "口音重"


def test_a_case_and_its_call_back(own: Desk) -> None:
    record, agent = ended_call(own), own.person("agent")
    sent = {**fields(agent, record), "do": "case", "kind": "request", "case_item": NAMES[REGISTRATION],
            "contact": "13812345678", "call_back_on": today().isoformat()}  # fmt: skip
    assert agent.post(f"/ended/{record.id}", sent).status_code == 303
    kept = own.console.ended_calls.one(record.id)
    case = own.console.cases.get(kept.case_number)
    assert (case.kind, case.item_id, case.contact, case.channel) == ("request", REGISTRATION, "13812345678", "hotline")
    assert case.history[0].by == "agent"
    assert "13812345678" not in str(kept)
    assert kept.call_back_on == today()
    due = agent.get("/ended?show=due").text
    assert kept.summary["demand"] in due
    assert agent.post(f"/ended/{record.id}/called-back", {"saves": "0", "said": "satisfied"}).status_code == 409
    assert agent.post(f"/ended/{record.id}/called-back", {"saves": "1", "said": "??"}).status_code == 422
    other = own.person("editor")
    assert other.post(f"/ended/{record.id}/called-back", {"saves": "1", "said": "unreached"}).status_code == 303
    assert own.console.ended_calls.one(record.id).call_back_on == today() + timedelta(days=1)
    assert other.post(f"/ended/{record.id}/called-back", {"saves": "2", "said": "unsatisfied"}).status_code == 303
    kept = own.console.ended_calls.one(record.id)
    assert (kept.call_back_on, kept.saved_by) == (None, "agent")
    assert [one["said"] for one in kept.summary["satisfaction"]] == ["unreached", "unsatisfied"]
    assert "不满意" in agent.get(f"/ended/{record.id}").text
    assert agent.post(f"/ended/{record.id}", {**sent, "saves": "3"}).status_code == 303
    assert own.console.ended_calls.one(record.id).case_number == case.number, "one case a call"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("demand", "", "一句话"), ("kind", "x", "类别"), ("more", "没有的事", "没有叫“没有的事”的事项"),
        ("case_item", "没有的事", "没有叫"), ("fact.social_insurance_months", "很久", "看不懂"),
        ("fact.has_residence_registration", "也许", "看不懂"), ("fact.education_level", "zzz", "看不懂"),
        ("contact", "1", "电话"), ("text", "", "要办什么"), ("call_back_on", "2020-01-01", "以后"),
        ("call_back_on", "昨天", "以后"), ("call_back_on", "2099-01-01", "就删了"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_lost(own: Desk, field: str, value: str, said: str) -> None:
    record, agent = ended_call(own), own.person("agent")
    sent = {**fields(agent, record), "note": "写了很多", "contact": "13812345678", "do": "case", field: value}
    refused = agent.post(f"/ended/{record.id}", sent)
    assert refused.status_code == 422
    assert said in refused.text
    assert "写了很多" in refused.text
    assert own.console.ended_calls.one(record.id).saves == 0
    assert own.console.cases.listed() == []


def test_two_agents_at_once(own: Desk) -> None:
    record, agent, other = ended_call(own), own.person("agent"), own.person("editor")
    sent = fields(agent, record)
    assert other.post(f"/ended/{record.id}", {**sent, "demand": "别人写的"}).status_code == 303
    refused = agent.post(f"/ended/{record.id}", {**sent, "demand": "我写的", "fact": []})
    assert refused.status_code == 409
    assert "我写的" in refused.text
    assert 'value="education_level" checked' in refused.text
    assert own.console.ended_calls.one(record.id).summary["demand"] == "别人写的"
    again = {**sent, "demand": "我写的", "saves": re.search(r'name="saves" value="(\d+)"', refused.text)[1]}  # type: ignore[index]
    assert agent.post(f"/ended/{record.id}", again).status_code == 303
    kept = own.console.ended_calls.one(record.id)
    assert (kept.summary["demand"], kept.saved_by) == ("我写的", "agent")


def test_lists(own: Desk) -> None:
    old, new, agent = ended_call(own, "old", 3), ended_call(own, "new"), own.person("agent")
    page = agent.get("/ended").text
    assert page.index(f"/staff/ended/{new.id}") < page.index(f"/staff/ended/{old.id}")
    own.console.ended_calls.save(new.id, 0, "agent", new.summary)
    assert f"/staff/ended/{new.id}" not in agent.get("/ended").text
    assert f"/staff/ended/{new.id}" in agent.get("/ended?show=all").text
    assert "没有。" in agent.get("/ended?show=due").text
    assert agent.get("/ended?show=zzz&page=x").status_code == 200


def test_from_the_calls_screen_to_its_summary(own: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    record, agent = ended_call(own), own.person("agent")
    assert agent.get("/calls/c-1/after").headers["location"] == f"/staff/ended/{record.id}"
    monkeypatch.setattr("staff.routes.ended_calls._TRIES", 1)
    later = agent.get("/calls/c-2/after")
    assert (later.status_code, "还没有存下来" in later.text) == (404, True)
    for number in (0, 99, 10**12):
        assert agent.get(f"/ended/{number}").status_code == 404


def test_a_caller_is_forgotten(own: Desk) -> None:
    record, approver = ended_call(own), own.person("approver")
    own.console.ended_calls.wrong("c-1", "居住证", "a", "", "agent")
    assert approver.post(f"/ended/{record.id}/erase").status_code == 422
    own.calls.hear("c-1", "caller", "喂", 0, 1)
    assert approver.post(f"/ended/{record.id}/erase", {"sure": "1"}).status_code == 409
    own.calls.call("c-1").state = "ended"
    assert approver.post(f"/ended/{record.id}/erase", {"sure": "1"}).status_code == 303
    assert own.console.ended_calls.listed() == []
    assert own.console.ended_calls.wrongs() == []
    assert "c-1" not in own.calls.calls
    assert approver.get(f"/ended/{record.id}").status_code == 404
    assert own.person("agent").post(f"/ended/{record.id}/erase", {"sure": "1"}).status_code == 403
