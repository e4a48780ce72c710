"""Every shipped scheme against the persons thought through for it: schemes/<id>/cases.yml."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.settings import ROOT
from services.eligibility.assess import assess
from services.eligibility.cases import faults, load_cases, untried
from services.eligibility.check import unused_facts
from services.eligibility.files import shipped_book
from services.eligibility.scheme import Scheme

FOLDER = ROOT / "schemes"
BOOK = shipped_book()
SCHEMES = list(BOOK.schemes.values())
DAY = date(2026, 11, 23)


def named(scheme: Scheme) -> str:
    return str(scheme.file.id)


@pytest.mark.parametrize("scheme", SCHEMES, ids=named)
def test_its_cases_come_out_as_thought_through(scheme: Scheme) -> None:
    wrong = [fault for case in load_cases(FOLDER / scheme.file.id / "cases.yml") for fault in faults(scheme, case)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scheme", SCHEMES, ids=named)
def test_every_status_and_every_condition_is_tried_both_ways(scheme: Scheme) -> None:
    assert untried(scheme, load_cases(FOLDER / scheme.file.id / "cases.yml")) == []


@pytest.mark.parametrize("scheme", SCHEMES, ids=named)
def test_every_condition_cites_a_document_and_past_its_day_nothing_is_certain(scheme: Scheme) -> None:
    late = scheme.stale_since()
    assert all(c["source"]["title"] for c in assess(scheme, {}, max(DAY, scheme.since))["conditions"])
    for day in (late, late + timedelta(400)):
        found = assess(scheme, {}, day)
        assert (found["status"], found["needs_check"]) == ("undetermined", "stale")


@pytest.mark.parametrize("scheme", SCHEMES, ids=named)
def test_nothing_known_is_never_a_no(scheme: Scheme) -> None:
    assert assess(scheme, {}, max(DAY, scheme.since))["status"] != "ineligible"
    unknown = dict.fromkeys(scheme.order)
    found = assess(scheme, unknown, max(DAY, scheme.since))
    assert found["status"] == "undetermined"
    assert found["next_question"] is None


def test_every_fact_is_asked_by_some_scheme() -> None:
    assert unused_facts(BOOK) == []
