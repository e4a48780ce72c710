"""In: items with documents and checks of many dates. Out: verified, unverified or expired on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.item_state import CHECK_HOLDS, public_dict, verification_on
from tests.services.knowledge.inventory_samples import item

DAY = date(2026, 11, 23)
CHECKED = {"state": "verified", "by": "王敏", "on": "2026-06-01", "source": "https://zwdt.sh.gov.cn/"}


def state(day: date = DAY, refs: str = "s1", check: dict[str, Any] | None = None, **sources: dict[str, str]) -> str:
    """State of an item with these documents, whose conditions rest on `refs`."""
    listed = [{"ref": ref, "title": ref, **dates} for ref, dates in sources.items()] or [{"ref": "s1", "title": "s1"}]
    conditions = [{"text": "条件", "rule": "x", "source_ref": ref} for ref in refs.split()]
    return verification_on(
        item(sources=listed, conditions=conditions, verification=check or {"state": "unverified"}), day
    )


def test_nobody_checked_it() -> None:
    assert state(s1={"effective_from": "2025"}) == "unverified"


def test_a_check_counts_from_its_day() -> None:
    assert state(check=CHECKED) == "verified"
    assert state(day=date(2026, 6, 1), check=CHECKED) == "verified"
    assert state(day=date(2026, 5, 31), check=CHECKED) == "unverified"


def test_a_check_runs_out_after_its_date_or_a_year() -> None:
    dated = {**CHECKED, "check_again": "2026-11-23"}
    assert state(check=dated) == "verified"
    assert state(day=DAY + timedelta(days=1), check=dated) == "expired"
    assert state(day=date(2026, 6, 1) + CHECK_HOLDS, check=CHECKED) == "verified"
    assert state(day=date(2026, 6, 2) + CHECK_HOLDS, check=CHECKED) == "expired"


def test_the_date_to_check_again_counts_for_unchecked_items_too() -> None:
    assert state(check={"state": "unverified", "check_again": "2026-01-01"}) == "expired"


@pytest.mark.parametrize(
    ("end", "expected"),
    [("2026-11-23", "unverified"), ("2026-11-22", "expired"), ("2026", "unverified"), ("2025", "expired")],
)
def test_the_last_day_of_a_document_still_counts(end: str, expected: str) -> None:
    assert state(s1={"effective_to": end}) == expected


def test_an_ended_document_expires_even_a_checked_item() -> None:
    assert state(check=CHECKED, s1={"effective_to": "2026-10-31"}) == "expired"


def test_a_document_without_end_keeps_the_item_alive() -> None:
    assert state(refs="s1 s2", s1={"effective_to": "2020"}, s2={"issued": "2021"}) == "unverified"


def test_documents_behind_the_conditions_decide() -> None:
    assert state(refs="s1", s1={"effective_to": "2021"}, s2={"issued": "2018"}) == "expired"
    assert state(refs="s2", s1={"effective_to": "2021"}, s2={"issued": "2018"}) == "unverified"


def test_a_page_without_date_neither_saves_nor_ends() -> None:
    assert state(refs="s1", s1={}, s2={"effective_to": "2016"}) == "expired"
    assert state(refs="s1", s1={}) == "unverified"


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_once_expired_by_its_documents_always_expired(day: date) -> None:
    ended = {"effective_from": "2020-01-01", "effective_to": "2024-12-31"}
    assert (state(day=day, s1=ended) == "expired") is (day > date(2024, 12, 31))


def test_the_public_sees_no_clerks_notes_and_no_names_of_staff() -> None:
    data = public_dict(item(clerk_notes=["需核实：金额"], verification=CHECKED))
    assert "clerk_notes" not in data
    assert "王敏" not in str(data)
    assert data["verification"] == {
        "state": "verified",
        "on": "2026-06-01",
        "source": CHECKED["source"],
        "check_again": None,
    }
    assert data["numbers"]["permit_min_months"]["unit"] == "个月"
    assert data["time_limit"] is None
