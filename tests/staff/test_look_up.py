"""Looking up: every spelling, filters, a day; the page of an item; what a stranger types into the box."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest

from bot.clock import today
from bot.settings import ROOT
from services.knowledge.files import load_items
from staff.lookup import Wanted, look_up, ready_answers, version_of
from tests.staff.conftest import Desk
from tests.staff.people import Person

PERMIT = "residence.permit.apply"


@pytest.mark.parametrize("typed", ["居住证怎么办", "juzhuzheng", "jzz", "居主证", "居住證"])
def test_every_spelling_finds_the_permit(person: Callable[[str], Person], typed: str) -> None:
    page = person("reader").get("/", params={"q": typed}).text
    assert f"/staff/items/{PERMIT}" in page


def test_typing_asks_for_the_results_only(person: Callable[[str], Person]) -> None:
    page = person("reader").get("/", params={"q": "公租房"}, headers={"hx-request": "true"}).text
    assert "<html" not in page
    assert "<mark>" in page


def test_filters_narrow(desk: Desk) -> None:
    for key, value in (("topic", "housing"), ("region", "minhang"), ("state", "unverified")):
        rows, _ = look_up(desk.console.serving, Wanted.read(**{**_EMPTY, "q": "申请", key: value}))
        shown = [row.state if key == "state" else getattr(row.item, key) for row in rows]
        assert rows
        assert set(shown) == {value}


_EMPTY = {"q": "", "topic": "", "region": "", "state": "", "as_of": ""}


def test_without_a_query_everything_is_there_page_by_page(desk: Desk) -> None:
    seen, number, more = [], 1, True
    while more:
        rows, more = look_up(desk.console.serving, Wanted(), number)
        seen += [row.item.id for row in rows]
        number += 1
    assert seen == sorted(item.id for item in load_items(ROOT / "policy"))


def test_what_makes_no_sense_counts_as_not_asked(person: Callable[[str], Person]) -> None:
    for key, value in (("topic", "x"), ("as_of", "0000"), ("page", "-1"), ("page", "9" * 30), ("q", "字" * 5000)):
        assert person("reader").get("/", params={key: value}).status_code == 200


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "' OR 1=1 --", "\x00\x1f", "{{ 7*7 }}", "%00", "🙂" * 90]
)
def test_hostile_text_stays_text(person: Callable[[str], Person], typed: str) -> None:
    page = person("reader").get("/", params={"q": typed})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "49" not in page.text.partition('id="results"')[2][:200]


def test_every_item_has_a_page_with_all_that_it_says(desk: Desk, person: Callable[[str], Person]) -> None:
    reader = person("reader")
    for item in load_items(ROOT / "policy"):
        page = reader.get(f"/items/{item.id}")
        assert page.status_code == 200, item.id
        for number in item.numbers.values():
            assert str(number.value) in page.text, (item.id, number)


def test_ready_answers_are_the_bots(desk: Desk) -> None:
    found = desk.console.serving.snapshot().get(PERMIT)
    ready = {one.act: one for one in ready_answers(found, today())}
    assert found.item.materials[0] in ready["ask_materials"].text
    assert all(one.spoken and not any(c.isdigit() for c in one.spoken) for one in ready.values())


def test_an_unknown_item_or_version_is_a_plain_404(person: Callable[[str], Person]) -> None:
    for path in ("/items/no.such.item", f"/items/{PERMIT}?version=99", "/items/%00", "/nowhere"):
        page = person("reader").get(path)
        assert page.status_code == 404, path
        assert "没有" in page.text


def test_a_day_before_everything_is_said_so(person: Callable[[str], Person], desk: Desk) -> None:
    page = person("reader").get(f"/items/{PERMIT}?as_of=2000-01-01")
    assert page.status_code == 200
    assert version_of(desk.console.serving.snapshot(), PERMIT, 1, today()).version == 1


def test_results_come_while_typing(desk: Desk) -> None:
    """50 ms of server time on the usual inventory, at the median of many different queries."""
    queries = [item.name[: 2 + at % 6] for at, item in enumerate(load_items(ROOT / "policy"))]
    took = []
    for q in queries:
        began = time.perf_counter()
        look_up(desk.console.serving, Wanted(q=q))
        took.append((time.perf_counter() - began) * 1000)
    assert statistics.median(took) <= 50, sorted(took)[-5:]
