"""Snapshots: which version answers for which day."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest

from bot.errors import NotFound
from services.knowledge.snapshot import Published, Snapshot
from tests.services.knowledge.made import TODAY, make_item

DAY = timedelta(days=1)
ITEM = make_item("housing.a")


def test_the_newest_version_whose_days_cover_the_day_answers() -> None:
    history = (
        Published(ITEM, 1, TODAY - 10 * DAY),
        Published(ITEM, 2, TODAY, TODAY + DAY),
        Published(ITEM, 3, TODAY + 5 * DAY),
    )
    snapshot = Snapshot(7, TODAY, {"housing.a": history})
    asked = [(-11, None), (-10, 1), (-1, 1), (0, 2), (1, 2), (2, 1), (4, 1), (5, 3), (999, 3)]
    for days, version in asked:
        found = snapshot.on("housing.a", TODAY + days * DAY)
        assert (found.version if found else None) == version, days
    assert snapshot.versions == {"housing.a": 2}


def test_a_correction_replaces_the_version_it_corrects() -> None:
    history = (Published(ITEM, 1, TODAY - DAY), Published(make_item("housing.a", "对的"), 2, TODAY - DAY))
    assert Snapshot(1, TODAY, {"housing.a": history}).get("housing.a", TODAY - DAY).item.name == "对的"


def test_an_unknown_item_is_not_found() -> None:
    snapshot = Snapshot.of_items([ITEM], TODAY)
    assert snapshot.on("no.such") is None
    with pytest.raises(NotFound, match="没有这个事项"):
        snapshot.get("no.such")


def test_items_are_in_id_order_and_nothing_can_be_changed() -> None:
    snapshot = Snapshot.of_items([make_item("housing.b"), ITEM], TODAY)
    assert [item.id for item in snapshot.items] == ["housing.a", "housing.b"]
    with pytest.raises(FrozenInstanceError):
        snapshot.revision = 3  # type: ignore[misc]


def test_the_public_form_hides_the_clerks_notes_and_tells_version_and_state() -> None:
    noted = Published(make_item(clerk_notes=["内部"]), 4)
    public = noted.public_on(TODAY)
    assert (public["version"], public["verification_state"]) == (4, "unverified")
    assert "内部" not in str(public)
    public["name"] = "改了"
    assert noted.public_on(TODAY)["name"] == "测试事项", "callers get their own copy"


def test_changed_items_replace_only_themselves() -> None:
    old = Snapshot.of_items([ITEM, make_item("housing.b")], TODAY)
    new = old.merged(2, TODAY, {"housing.b": (Published(make_item("housing.b", "新"), 2),)})
    assert (new.get("housing.b").item.name, new.get("housing.a").item) == ("新", ITEM)
    assert old.get("housing.b").item.name == "测试事项"
