"""The verification queue: why an item is in it, who does it, how a check goes live; trying out; training sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.clock import today
from bot.errors import BadInput, Conflict, NotAllowed
from bot.messages import ACTS
from bot.understanding.corpus import read_examples
from bot.understanding.evidence import KINDS
from services.knowledge.snapshot import Published, Snapshot
from staff import check_queue
from staff.act_names import ACT_NAMES, EVIDENCE_KINDS
from staff.check_queue import Standings, reasons
from tests.services.knowledge.made import TODAY, make_item
from tests.staff.conftest import Desk, desk_on

PERMIT = "residence.permit.apply"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_on(f"sqlite:///{tmp_path}/staff.db", tmp_path) as made:
        yield made


def checked(again: str | None = None) -> dict[str, object]:
    return {"state": "verified", "by": "小王", "on": "2026-11-01", "source": "官网", "check_again": again}


def source(end: str) -> list[dict[str, str]]:
    return [{"ref": "s1", "title": "办法", "effective_from": "2020-01-01", "effective_to": end}]


def test_reasons_follow_the_days() -> None:
    soon = {days: (TODAY + timedelta(days=days)).isoformat() for days in (20, 50, 80, 200)}
    assert reasons(make_item(verification=checked(soon[200])), TODAY) == ()
    for days, why in ((20, "in_30"), (50, "in_60"), (80, "in_90")):
        assert reasons(make_item(verification=checked(soon[days])), TODAY) == (why,)
        assert reasons(make_item(verification=checked(), sources=source(soon[days])), TODAY) == (why,)
    assert reasons(make_item(sources=source("2026-01-01")), TODAY)[:2] == ("expired", "stale_source")
    assert reasons(make_item(confidence="low"), TODAY) == ("low", "unverified")


def test_coverage_counts_every_item_once(desk: Desk) -> None:
    items = desk.console.serving.snapshot().items
    assert sum(one.total for one in Standings().coverage(Snapshot.of_items(items, today()), today())) == len(items)


def test_a_check_is_seen_by_a_second_person_and_goes_live(desk: Desk) -> None:
    editor, approver = desk.person("editor"), desk.person("approver")
    for wrong in ({}, {"source": " "}, {"source": "x", "check_again": "2020-01-01"}):
        assert editor.post(f"/checks/{PERMIT}/checked", wrong).status_code == 422
    answer = editor.post(f"/checks/{PERMIT}/checked", {"source": "随申办官网办事指南"})
    number = int(answer.headers["location"].split("/")[-1].split("?")[0])
    approver.post(f"/drafts/{number}/publish", {"saves": desk.console.drafts.get(number).saves})
    page = desk.person("reader").get(f"/items/{PERMIT}").text
    assert "已核对" in page
    assert "随申办官网办事指南" in page
    left, _ = desk.console.checks.tasks(desk.console.serving.snapshot(), today(), most=999)
    assert PERMIT not in {task.item.id for task in left}


def test_tasks_have_owners_and_the_due_come_first(desk: Desk) -> None:
    editor = desk.person("editor")
    assert editor.post(f"/checks/{PERMIT}/assign", {"owner": "niemand"}).status_code == 404
    editor.post(f"/checks/{PERMIT}/assign", {"owner": "agent", "due": today().isoformat()})
    tasks, number = desk.console.checks.tasks(desk.console.serving.snapshot(), today(), most=3)
    assert (len(tasks), number) == (3, 180)
    assert (tasks[0].item.id, tasks[0].owner) == (PERMIT, "agent")
    snapshot = desk.console.serving.snapshot()
    assert [t.item.id for t in desk.console.checks.tasks(snapshot, today(), owner="agent")[0]] == [PERMIT]
    editor.post(f"/checks/{PERMIT}/assign", {"owner": ""})
    assert desk.console.checks.tasks(snapshot, today(), owner="agent") == ([], 0)


def test_a_new_snapshot_looks_at_what_changed_only(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(check_queue, "reasons", lambda item, day: looked.append(item.id) or reasons(item, day))
    first = Snapshot.of_items([make_item(id="venue.a"), make_item(id="venue.b")], TODAY)
    standings = Standings()
    assert [task.item.id for task in standings.urgent(first, TODAY)] == ["venue.a", "venue.b"]
    good = Published(make_item(id="venue.b", verification=checked()), 2)
    second = first.merged(1, TODAY, {"venue.b": (good,)})
    assert [task.item.id for task in standings.urgent(second, TODAY)] == ["venue.a"]
    assert sum(one.verified for one in standings.coverage(second, TODAY)) == 1
    assert looked == ["venue.a", "venue.b", "venue.b"]
    standings.urgent(second, TODAY + timedelta(days=1))
    assert len(looked) == 5, "another day, all anew"


def test_a_sentence_from_trying_to_training(desk: Desk, tmp_path: Path) -> None:
    editor, approver = desk.person("editor"), desk.person("approver")
    sent = {"text": "我电话13812345678，绿本本咋整", "act": "ask_procedure", "item_id": PERMIT}
    assert editor.post("/sentences", sent).status_code == 303
    assert editor.post("/sentences", sent).status_code == 409
    (one,) = desk.console.sentences.listed()
    assert "13812345678" not in one.text
    assert approver.post(f"/sentences/{one.id}", {"good": "1"}).status_code == 303
    assert approver.post(f"/sentences/{one.id}", {"good": "0"}).status_code == 409
    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu" / "staff.yml").write_text(editor.get("/sentences/staff.yml").text, "utf-8")
    (example,) = read_examples(tmp_path / "nlu")
    assert (example.text, example.act, example.item_id) == (one.text, "ask_procedure", PERMIT)


def test_an_item_that_nobody_guessed_is_named(desk: Desk) -> None:
    editor = desk.person("editor")
    sent = {"text": "绿本本丢了咋整", "act": "ask_procedure", "item_id": "", "other": "没有的事"}
    refused = editor.post("/sentences", sent)
    assert (refused.status_code, "没有的事" in refused.text) == (404, True)
    assert '<option value="ask_procedure" selected>' in refused.text, "what was chosen stays"
    assert editor.post("/sentences", {**sent, "other": "《上海市居住证》首次申领"}).status_code == 303
    (one,) = desk.console.sentences.listed()
    assert one.item_id == PERMIT
    assert "《上海市居住证》首次申领" in editor.get("/sentences").text


def test_trying_names_the_few_items_that_may_be_meant(desk: Desk) -> None:
    page = desk.person("editor").get("/try?q=居住证怎么办").text
    select = page.partition('<select name="item_id">')[2].partition("</select>")[0]
    assert 2 <= select.count("<option") <= 13, "not the whole inventory"


def test_sentences_are_judged_by_somebody_else_and_labels_are_right(desk: Desk) -> None:
    sentences = desk.console.sentences
    sentences.propose("在吗", "greet", "", "approver")
    with pytest.raises(NotAllowed):
        sentences.judge(sentences.listed()[0].id, True, "approver")
    with pytest.raises(Conflict):
        sentences.judge(999, True, "approver")
    for wrong in (("", "greet", ""), ("x" * 401, "greet", ""), ("x", "no_act", ""), ("x", "ask_cost", "")):
        with pytest.raises(BadInput):
            sentences.propose(*wrong, "editor")
    assert yaml.safe_load(sentences.training_file())["nlu"] == []


def test_trying_shows_what_is_heard_and_every_channel(desk: Desk) -> None:
    page = desk.person("editor").get("/try", params={"q": "居住证 13812345678"}).text
    assert "13812345678" not in page
    for channel in ("网页", "微信", "电话里念", "坐席卡片"):
        assert f"<h2>{channel}</h2>" in page
    for q in ("", " ", "？？", "<script>alert(1)</script>", "字" * 5000):
        answer = desk.person("editor").get("/try", params={"q": q})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


def test_every_act_and_kind_of_evidence_has_a_name() -> None:
    assert sorted(ACT_NAMES) == sorted(ACTS)
    assert sorted(EVIDENCE_KINDS) == sorted(KINDS)
