"""In: the immunisation schedule and a child's age. Out: the doses a child should have had by now, and the next ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.eligibility.facts.known import Range, Value
from services.knowledge.reference_models import Dose, ImmunisationSchedule

AGE_FACT, SEX_FACT, ASKED_FACT = "child_months_old", "child_sex", "child_birth_date"
"""The facts a schedule is read with, and the one that is asked for: parents know the birthday, not the months."""
_SEXES = {"F": "female", "M": "male"}


def doses(schedule: ImmunisationSchedule, age: Range | None, sex: Value | None, as_of: date) -> dict[str, Any]:
    """Which doses are due.

    Args:
        age: in full months, youngest and oldest the child may be; None: not known.
        sex: "female", "male" or None.

    Returns:
        `due`: doses whose age the child has reached for certain; `next`: those of the next age to come, with
        `next_at` in months. Doses that only a check of the certificate can tell as missed are in `due`, too.
    """
    rows = [row for row in schedule.rows if _applies(row, sex, as_of)]
    if age is None:
        return {"due": [], "next": [], "next_at": None}
    due = [row for row in rows if row.age_months <= age[0]]
    later = [row for row in rows if row.age_months > age[0]]
    next_at = min((row.age_months for row in later), default=None)
    coming = [row for row in later if row.age_months == next_at]
    return {"due": _entries(due), "next": _entries(coming), "next_at": next_at}


def _applies(row: Dose, sex: Value | None, as_of: date) -> bool:
    if row.group == "old_schedule" or (row.sex and sex is not None and _SEXES[row.sex] != sex):
        return False
    if row.effective_from and row.effective_from.first_day() > as_of:
        return False
    return not (row.effective_to and row.effective_to.last_day() < as_of)


def _entries(rows: Iterable[Dose]) -> list[dict[str, Any]]:
    return [
        {
            "vaccine": row.vaccine,
            "dose": row.dose,
            "age_months": row.age_months,
            "group": row.group,
            "disease": row.disease,
            "note": row.note,
            "basis": row.basis,
            "sure": row.confidence != "low",
        }
        for row in rows
    ]
