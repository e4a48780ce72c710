"""Cards agents called wrong, at the console: grouped, one click to a sentence, put away when dealt with."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.staff.conftest import Desk, desk_on

SHOWN, MEANT = "residence.permit.apply", "residence.registration"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_on(f"sqlite:///{tmp_path}/staff.db", tmp_path) as made:
        yield made


def test_a_confusion_is_seen_made_a_sentence_and_put_away(desk: Desk) -> None:
    store, editor = desk.console.ended_calls, desk.person("editor")
    assert "现在没有" in editor.get("/questions/cards").text
    for words in ("我要办那个登记", "刚来上海要登记一下"):
        store.wrong("c1", words, SHOWN, MEANT, "小陈")
    store.wrong("c2", "<script>alert(1)</script>", "gone.item", "", "小李")
    page = unescape(editor.get("/questions/cards").text)
    assert page.index("2 次") < page.index("1 次")
    assert "没说要的是哪个" in page
    assert "小陈" in page
    assert "<script>alert" not in editor.get("/questions/cards").text
    link = f"/try?q=刚来上海要登记一下&item={MEANT}"
    tried = editor.get(link).text
    assert f'<option value="{MEANT}" selected>' in tried
    assert f'<option value="{SHOWN}" selected>' not in tried
    store.wrong("c3", "这时候又来一个", SHOWN, MEANT, "小陈")
    done = editor.post("/questions/cards", {"shown": SHOWN, "meant": MEANT, "newest": "2"})
    assert done.status_code == 303
    left = editor.get("/questions/cards").text
    assert "我要办那个登记" not in left
    assert "这时候又来一个" in left
    assert [one.done_by for one in store.wrongs(done=True)] == ["editor", "editor"]
    assert "收起不对的卡片" in desk.person("admin").get("/audit?did=cards_done").text


@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 30])
def test_made_up_forms_put_nothing_away(desk: Desk, newest: str) -> None:
    desk.console.ended_calls.wrong("c1", "我要办那个登记", SHOWN, MEANT, "小陈")
    sent = {"shown": SHOWN, "meant": MEANT, "newest": newest}
    assert desk.person("editor").post("/questions/cards", sent).status_code == 303
    assert len(desk.console.ended_calls.wrongs()) == 1


def test_a_made_up_item_is_not_taken_for_what_is_meant(desk: Desk) -> None:
    tried = desk.person("editor").get('/try?q=居住证&item="><b>x').text
    assert "<b>x" not in tried
    assert f'<option value="{SHOWN}" selected>' in tried
