"""In: the folders places/ and policy/. Out: their tables as checked records, or a DataError with all that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from bot.errors import DataError, FieldError
from services.knowledge.complaints import complaints
from services.knowledge.files import raise_if
from services.knowledge.models import Part
from services.knowledge.points_models import PointsExample, PointsTable
from services.knowledge.reference_models import (
    Gap,
    Hotline,
    ImmunisationSchedule,
    OpeningHours,
    Subdistrict,
    VenueKind,
)
from services.knowledge.yaml_text import label_of, read_yaml

Record = TypeVar("Record", bound=Part)


def load_subdistricts(places: Path) -> tuple[Subdistrict, ...]:
    """The 14 sub-districts with approximate seats (WGS84), from places/subdistricts.yml."""
    return _records(places / "subdistricts.yml", Subdistrict, lambda record: record.name)


def load_venue_kinds(places: Path) -> tuple[VenueKind, ...]:
    """The kinds of venues, from places/venue_kinds.yml."""
    return _records(places / "venue_kinds.yml", VenueKind, lambda record: record.kind)


def load_hotlines(places: Path) -> tuple[Hotline, ...]:
    """The telephone numbers, from places/hotlines.yml."""
    return _records(places / "hotlines.yml", Hotline, lambda record: record.number)


def load_opening_hours(places: Path) -> tuple[OpeningHours, ...]:
    """When kinds of places are usually open, from places/opening_hours_patterns.yml."""
    return _records(places / "opening_hours_patterns.yml", OpeningHours, lambda record: record.where)


def load_gaps(policy: Path) -> tuple[Gap, ...]:
    """What is not known, from policy/gaps.yml."""
    return _records(policy / "gaps.yml", Gap, lambda record: record.what)


def load_immunisation(policy: Path) -> ImmunisationSchedule:
    """The children's immunisation schedule, from policy/tables/immunisation_schedule.yml."""
    return _record(policy / "tables" / "immunisation_schedule.yml", ImmunisationSchedule)


def load_points_table(policy: Path) -> PointsTable:
    """The residence point system, from policy/tables/residence_points.yml."""
    return _record(policy / "tables" / "residence_points.yml", PointsTable)


def load_points_examples(policy: Path) -> tuple[PointsExample, ...]:
    """Worked persons, from policy/tables/residence_points_examples.yml."""
    return _records(policy / "tables" / "residence_points_examples.yml", PointsExample, lambda record: record.id)


def _checked(data: object, model: type[Record], where: str, wrong: list[FieldError]) -> Record | None:
    """A record of plain data; None, and complaints in `wrong`, when it is not one."""
    try:
        return model.parse_obj(data)
    except ValidationError as error:
        wrong.extend(complaints(error, model, data, where))
        return None


def _record(path: Path, model: type[Record]) -> Record:
    wrong: list[FieldError] = []
    record = _checked(read_yaml(path), model, label_of(path), wrong)
    if record is None:
        raise DataError("\n".join(one.message for one in wrong), tuple(wrong))
    return record


def _records(path: Path, model: type[Record], key: Callable[[Record], str]) -> tuple[Record, ...]:
    """All records of a list file; their keys differ."""
    label, data = label_of(path), read_yaml(path)
    if not isinstance(data, list):
        data, wrong = [], [FieldError(label, f"{label}：要一条一条地写，每条前面加“- ”。")]
    else:
        wrong = []
    found: dict[str, Record] = {}
    for number, entry in enumerate(data, 1):
        where = f"{label} · 第{number}条"
        record = _checked(entry, model, where, wrong)
        if record is None:
            continue
        if key(record) in found:
            wrong.append(FieldError(label, f"{where}：“{key(record)}”前面已经有了，请合成一条。"))
        found[key(record)] = record
    raise_if(wrong)
    return tuple(found.values())
