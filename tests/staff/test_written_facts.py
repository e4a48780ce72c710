"""Facts as they are typed over: what is shown reads back as the same value; what is none of the fact's is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.understanding.facts.answers import UNKNOWN
from bot.understanding.facts.askable import askable
from staff.written_facts import choices, read, written

MONTHS, REGISTERED, SCHOOLING = (
    askable()[name] for name in ("social_insurance_months", "has_residence_registration", "education_level")
)
DATED = next(fact for fact in askable().values() if fact.type == "date")


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        (MONTHS, 8), (MONTHS, 8.5), (MONTHS, {"min": 24, "max": 35}), (MONTHS, UNKNOWN), (REGISTERED, True),
        (REGISTERED, False), (REGISTERED, UNKNOWN), (SCHOOLING, "college"), (DATED, "2020"), (DATED, "2020-03"),
        (DATED, "2020-03-09"),
    ],
)  # fmt: skip
def test_there_and_back(fact: Any, value: object) -> None:
    assert read(fact, written(value)) == value


@pytest.mark.parametrize(
    ("fact", "text"),
    [(MONTHS, "八"), (MONTHS, "-1"), (MONTHS, "9-3"), (MONTHS, ""), (MONTHS, "9" * 30), (REGISTERED, "是"),
     (SCHOOLING, "x"), (DATED, "2020-13"), (DATED, "0000"), (DATED, "2020-02-30")],
)  # fmt: skip
def test_what_is_none_of_its_values(fact: Any, text: str) -> None:
    with pytest.raises(BadInput, match=fact.label):
        read(fact, text)


@given(st.sampled_from(sorted(askable())), st.text(max_size=20))
def test_any_text(name: str, text: str) -> None:
    try:
        value = read(askable()[name], text)
    except BadInput:
        return
    assert read(askable()[name], written(value)) == value


def test_every_choice_is_a_value() -> None:
    for fact in askable().values():
        for key in choices(fact):
            read(fact, key)
