"""The inventory as files: out and in again unchanged; mistakes named by row and field; a batch approved as one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from services.knowledge.files import dump_items
from staff.imports import read_items, sort_out
from tests.staff.conftest import Desk, desk_on
from tests.staff.people import Person
from tests.staff.test_edit import ITEMS, PERMIT


@pytest.fixture
def desk(tmp_path: object) -> Iterator[Desk]:
    with desk_on(f"sqlite:///{tmp_path}/staff.db", tmp_path) as made:  # type: ignore[arg-type]
        yield made


def batch_of(page: str) -> str:
    """The path of the batch that a page of the import leads to."""
    found = re.search(r"/staff(/imports/[\w-]+)", page)
    assert found, page
    return found[1]


def test_the_inventory_goes_out_and_comes_in_unchanged(desk: Desk) -> None:
    editor = desk.person("editor")
    text = editor.get("/files/items.yml").text
    items = read_items(text)
    assert {item.id: item for item in items} == ITEMS
    assert dump_items(items) == text
    answer = editor.post("/files", files={"file": ("items.yml", text.encode(), "application/yaml")})
    assert f"和现在一样 {len(ITEMS)} 个" in answer.text
    assert "新事项 0 个，改动 0 个" in answer.text


def test_an_import_is_approved_in_one_go_or_not_at_all(desk: Desk) -> None:
    editor, approver = desk.person("editor"), desk.person("approver")
    some = desk.console.serving.snapshot().items[5:8]
    text = dump_items([item.copy(update={"fee": f"{at + 3}元"}) for at, item in enumerate(some)])
    page = editor.post("/files", {"text": text, "apply": "1"}).text
    batch = batch_of(page)
    shown = approver.get(batch).text
    assert all(item.name in shown for item in some)
    assert "3元" in shown
    assert "一起审" in approver.get("/drafts").text
    sent = re.search(r'name="saves" value="([^"]+)"', shown)
    assert sent
    drafts = desk.console.drafts.waiting_for(f"从文件导入 {batch[9:]}")
    old = desk.console.serving.snapshot().versions
    for wrong in ("", "x:y", sent[1].replace(f"{drafts[1].id}:", "0:")):
        answer = approver.post(batch, {"saves": wrong})
        assert (answer.status_code, "一个都没有发布" in answer.text) == (409, True), wrong
    assert desk.person("admin").post(batch, {"saves": sent[1]}).status_code == 303
    desk.console.serving.announce()
    now_live = desk.console.serving.snapshot()
    assert [now_live.get(item.id).item.fee for item in some] == ["3元", "4元", "5元"]
    assert all(now_live.versions[item.id] == old[item.id] + 1 for item in some)
    assert approver.post(batch, {"saves": sent[1]}).status_code == 404, "done already"


def test_nobody_approves_their_own_import(desk: Desk) -> None:
    approver = desk.person("approver")
    item = desk.console.serving.snapshot().items[9]
    page = approver.post("/files", {"text": dump_items([item.copy(update={"fee": "9元"})]), "apply": "1"}).text
    batch = batch_of(page)
    shown = approver.get(batch).text
    assert "自己导入的要别人来审" in shown
    (draft,) = desk.console.drafts.waiting_for(f"从文件导入 {batch[9:]}")
    answer = approver.post(batch, {"saves": f"{draft.id}:{draft.saves}"})
    assert answer.status_code == 403
    assert desk.console.drafts.get(draft.id).state == "submitted"


def test_an_import_proposes_and_a_second_person_publishes(desk: Desk) -> None:
    editor = desk.person("editor")
    changed = ITEMS[PERMIT].copy(update={"fee": "导入的"})
    text = dump_items([changed, ITEMS["housing.public_rental.city"]])
    shown = editor.post("/files", files={"file": ("a.yml", text.encode(), "text/plain")})
    assert "改动 1 个" in shown.text
    assert desk.console.drafts.listed() == [], "nothing yet"
    editor.post("/files", {"text": text, "apply": "1"})
    (draft,) = desk.console.drafts.listed()
    assert (draft.state, draft.body["fee"]) == ("submitted", "导入的")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "请选一个文件"), (b"\xff\xfe", "UTF-8"), (b"- id: x\n  name: [", "行"), (b"just text", "一个一个"),
        (b"- {id: housing.a, name: x}\n- 3\n", "第2个事项"), (b"&a [*a]", "引用"), (b"- " * 5000, "缩进"),
        (b"- {id: housing.a, fee: 3}", "第1个事项（housing.a） · 收费"),
        (("- {id: housing.a}\n" * 2001).encode(), "最多"),
    ],
)  # fmt: skip
def test_a_malformed_import_names_row_and_field_and_changes_nothing(desk: Desk, content: bytes, says: str) -> None:
    answer = desk.person("editor").post("/files", files={"file": ("a.yml", content, "text/plain")})
    assert answer.status_code == 422
    assert says.replace("一个一个", "一个事项一个事项") in answer.text
    assert desk.console.drafts.listed() == []


def test_an_import_may_be_larger_than_a_message_but_not_without_end(desk: Desk) -> None:
    editor = desk.person("editor")
    csrf = {"csrf": editor.csrf}
    large = b"# " + b"x" * 300_000 + b"\n[]\n"
    assert editor.client.post("/staff/files", data=csrf, files={"file": ("a.yml", large)}).status_code == 200
    huge = b"# " + b"x" * 6_000_000
    assert editor.client.post("/staff/files", data=csrf, files={"file": ("a.yml", huge)}).status_code == 413


def test_sorting_out_knows_new_changed_same() -> None:
    one = ITEMS[PERMIT]
    new = one.copy(update={"id": "residence.other"})
    incoming = sort_out([one, new], {one.id: one.copy(update={"fee": "x"})})
    assert (incoming.new, incoming.changed, incoming.same) == ((new,), (one,), 0)


def test_before_a_batch_is_published_it_is_shown_what_it_would_change(desk: Desk) -> None:
    editor: Person = desk.person("editor")
    one, other = ITEMS[PERMIT], ITEMS["housing.public_rental.city"]
    some = [
        one.copy(update={"summary": "完全不一样的说明。"}),
        other.copy(update={"aliases": ("彩虹摆渡车", one.name)}),
    ]
    batch = batch_of(editor.post("/files", {"text": dump_items(some), "apply": "1"}).text)
    page = editor.get(f"{batch}/effects").text
    assert "完全不一样的说明" in page, "an answer that would change"
    assert f"“{one.name}”也是“{one.name}”的叫法" in page, "what the batch repeats"
    assert "<html" not in page
