"""Editing by form and YAML, approving, rolling back; what goes wrong loses nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from bot.clock import today
from bot.settings import ROOT
from services.knowledge.files import load_items, plain
from services.knowledge.models import Item
from staff.effects import effects, sentences_near
from staff.form import Form
from staff.item_form import check, from_form, from_yaml, rows_of, to_yaml
from tests.staff.conftest import Desk, desk_on
from tests.staff.people import Person

PERMIT = "residence.permit.apply"
ITEMS = {item.id: item for item in load_items(ROOT / "policy")}


@pytest.fixture
def desk(tmp_path: object) -> Iterator[Desk]:
    with desk_on(f"sqlite:///{tmp_path}/staff.db", tmp_path) as made:  # type: ignore[arg-type]
        yield made


def form_of(item: Item, **changed: str) -> dict[str, object]:
    """The form as a browser sends it, some fields typed over."""
    data = plain(item)
    sent: dict[str, object] = {"view": "form", "saves": "0", "do": "save"}
    for name, value in data.items():
        if isinstance(value, str):
            sent[name] = value
        elif isinstance(value, list) and value and isinstance(value[0], str):
            sent[name] = "\r\n".join(value)
        elif name != "verification":
            for at, row in enumerate(rows_of(data, name)):
                sent |= {f"{name}.{at}.{part}": str(text) for part, text in row.items() if text is not None}
    return {**sent, **changed}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS.keys())
def test_every_item_survives_form_and_yaml(item: Item) -> None:
    fields = {name: (str(value).replace("\r\n", "\n"),) for name, value in form_of(item).items()}
    data = from_form(Form(fields), plain(item))
    assert check(data) == (item, {})
    assert check(from_yaml(to_yaml(data), plain(item))) == (item, {})


def begun(editor: Person, item: str = PERMIT, **changed: str) -> int:
    answer = editor.post(f"/items/{item}/edit", form_of(ITEMS[item], **changed))
    assert answer.status_code == 303, answer.text
    found = re.search(r"/staff/drafts/(\d+)", answer.headers["location"])
    assert found
    return int(found[1])


def test_from_edit_to_live_with_two_people(desk: Desk) -> None:
    editor, approver = desk.person("editor"), desk.person("approver")
    number = begun(editor, fee="工本费 20 元", reason="涨价了", do="submit")
    page = approver.get(f"/drafts/{number}").text
    assert "<ins>" in page
    assert "涨价了" in page
    saves = desk.console.drafts.get(number).saves
    answer = approver.post(f"/drafts/{number}/publish", {"saves": saves})
    assert answer.headers["location"] == f"/staff/items/{PERMIT}?version=2&done=published"
    assert "工本费 20 元" in desk.person("reader").get(f"/items/{PERMIT}").text
    deeds = desk.person("admin").get("/audit?did=published").text
    assert PERMIT in deeds
    assert "作者 editor" in deeds


def test_an_approver_cannot_publish_what_they_wrote(desk: Desk) -> None:
    approver = desk.person("approver")
    number = begun(approver, fee="1元", do="submit")
    saves = desk.console.drafts.get(number).saves
    assert approver.post(f"/drafts/{number}/publish", {"saves": saves}).status_code == 403
    assert desk.store.versions(PERMIT)[-1].version == 1


def test_a_wrong_field_is_named_where_it_stands_and_the_text_is_kept(desk: Desk) -> None:
    editor = desk.person("editor")
    changed = {"summary": "长" * 61, "numbers.0.unit": "弗隆", "sources.0.url": "javascript:alert(1)", "do": "submit"}
    answer = editor.post(f"/items/{PERMIT}/edit", form_of(ITEMS[PERMIT], **changed))
    assert answer.status_code == 422
    assert "长" * 61 in answer.text
    assert 'name="summary"' in answer.text
    assert answer.text.count('aria-invalid="true"') >= 2
    kept = desk.console.drafts.listed()[0]
    assert kept.state == "draft"
    assert kept.body["summary"] == "长" * 61


def test_the_page_asks_for_what_a_draft_repeats(desk: Desk) -> None:
    editor = desk.person("editor")
    other = ITEMS["residence.registration"].name
    number = begun(editor, name=other)
    fragment = f"/drafts/{number}/clashes"
    assert f'hx-get="/staff{fragment}"' in editor.get(f"/drafts/{number}/changes").text
    assert f"名称和“{other}”几乎一样" in editor.get(fragment).text
    assert "没有写重的" in editor.get(f"/drafts/{begun(editor, 'culture.public_sport')}/clashes").text
    broken = begun(editor, "culture.library", name="")
    assert "还有写错的地方" in editor.get(f"/drafts/{broken}/clashes").text


def test_two_people_on_one_item(desk: Desk) -> None:
    editor, approver = desk.person("editor"), desk.person("approver")
    number = begun(editor, fee="1元")
    second = approver.post(f"/items/{PERMIT}/edit", form_of(ITEMS[PERMIT], fee="我写的 2元"))
    assert second.status_code == 409
    assert "我写的 2元" in second.text
    same = {"saves": "1"}
    assert editor.post(f"/drafts/{number}", form_of(ITEMS[PERMIT], fee="3元", **same)).status_code == 303
    late = approver.post(f"/drafts/{number}", form_of(ITEMS[PERMIT], fee="我写的 4元", **same))
    assert late.status_code == 409
    assert "我写的 4元" in late.text
    assert desk.console.drafts.get(number).body["fee"] == "3元"


def test_yaml_and_form_show_the_same_and_mistakes_name_the_line(desk: Desk) -> None:
    editor = desk.person("editor")
    as_yaml = editor.post(f"/items/{PERMIT}/edit", form_of(ITEMS[PERMIT], fee="9元", do="to_yaml")).text
    assert "fee: 9元" in as_yaml
    for text, says in (("name: [", "行"), ("- 1\n- 2", "名称: 内容"), ("id: other.id\nname: x", "永远不变")):
        answer = editor.post(f"/items/{PERMIT}/edit", {"view": "yaml", "yaml": text, "do": "save"})
        assert answer.status_code == 422
        assert says in answer.text
        assert text.split("\n")[0] in answer.text.replace("&#34;", '"')
    assert desk.console.drafts.listed() == []


def test_verification_is_not_written_by_hand(desk: Desk) -> None:
    forged = plain(ITEMS[PERMIT]) | {
        "verification": {"state": "verified", "by": "我", "on": "2026-11-23", "source": "x"}
    }
    assert from_yaml(to_yaml(forged), plain(ITEMS[PERMIT]))["verification"] == plain(ITEMS[PERMIT])["verification"]


def test_rolling_back_needs_a_second_person_too(desk: Desk) -> None:
    editor, approver = desk.person("editor"), desk.person("approver")
    number = begun(editor, fee="错的", do="submit")
    approver.post(f"/drafts/{number}/publish", {"saves": desk.console.drafts.get(number).saves})
    answer = editor.post(f"/items/{PERMIT}/roll-back", {"version": "1"})
    back = int(answer.headers["location"].split("/")[-1].split("?")[0])
    assert desk.store.versions(PERMIT)[-1].item.fee == "错的"
    approver.post(f"/drafts/{back}/publish", {"saves": desk.console.drafts.get(back).saves})
    versions = desk.store.versions(PERMIT)
    assert [p.version for p in versions] == [1, 2, 3]
    assert versions[-1].item == versions[0].item
    assert editor.post(f"/items/{PERMIT}/roll-back", {"version": "99"}).status_code == 404


def test_returning_needs_a_reason(desk: Desk) -> None:
    editor, approver = desk.person("editor"), desk.person("approver")
    number = begun(editor, fee="1元", do="submit")
    assert approver.post(f"/drafts/{number}/return", {"remark": " "}).status_code == 422
    approver.post(f"/drafts/{number}/return", {"remark": "收费要写依据"})
    assert "收费要写依据" in editor.get(f"/drafts/{number}").text


def test_a_new_item_from_nothing(desk: Desk) -> None:
    editor = desk.person("editor")
    sent = form_of(ITEMS[PERMIT], id="residence.brand_new", name="全新事项")
    assert editor.post("/new", {**sent, "id": ""}).status_code == 422
    assert editor.post("/new", {**sent, "id": PERMIT}).status_code == 422
    assert editor.post("/new", {**sent, "do": "submit"}).status_code == 303
    assert desk.console.drafts.listed()[0].base_version == 0


def test_script_in_every_field_stays_text(desk: Desk) -> None:
    editor = desk.person("editor")
    bad = "<script>alert(1)</script>"
    sent = {name: bad for name in form_of(ITEMS[PERMIT]) if name not in ("view", "saves", "do")}
    number = int(editor.post(f"/items/{PERMIT}/edit", {**sent, "do": "save"}).headers["location"].split("/")[-1][:1])
    for path in (f"/drafts/{number}", f"/drafts/{number}/changes", "/drafts", f"/drafts/{number}/effects"):
        assert "<script>alert" not in editor.get(path).text, path


def test_a_database_that_is_away_loses_no_text(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = desk.person("editor")
    csrf = editor.csrf

    def away(*args: object) -> None:
        raise OperationalError("x", {}, Exception("locked"))

    with desk.store.transaction():
        monkeypatch.setattr("services.knowledge.drafts.item_draft.insert", away)
        answer = editor.client.post(
            f"/staff/items/{PERMIT}/edit", data={**form_of(ITEMS[PERMIT], fee="写了很久"), "csrf": csrf}
        )
    assert answer.status_code == 503
    assert "写了很久" in answer.text
    assert "再试一次" in answer.text


def test_effects_name_the_sentences_that_change(desk: Desk) -> None:
    item = ITEMS[PERMIT].copy(update={"summary": "完全不一样的说明。"})
    report = effects(desk.console.serving, [item], ["居住证怎么办"], today())
    assert report.effects[0].asked
    assert report.effects[0].text == "居住证怎么办"
    assert "完全不一样的说明" in report.effects[0].answer_after
    same = effects(desk.console.serving, [ITEMS[PERMIT]], ["居住证怎么办"], today())
    assert same.effects == ()
    assert same.tried > len(sentences_near([ITEMS[PERMIT]])) / 2


def test_a_stolen_alias_moves_sentences(desk: Desk) -> None:
    item = ITEMS[PERMIT]
    thief = item.copy(update={"aliases": ("彩虹摆渡车", *item.aliases)})
    report = effects(desk.console.serving, [thief], ["彩虹摆渡车"], today())
    assert report.moved >= 1
    assert (report.effects[0].asked, report.effects[0].after) == (True, item.name)
