"""The grammar of scheme.yml: what is no condition, no group, no line is refused with the sentence that helps."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from services.eligibility.models import Line, Node, Parameter, SchemeFile
from tests.services.eligibility.world import leaf, written

YES: dict[str, Any] = {"is": True}
LINE: dict[str, Any] = {"id": "l", "text": "一行", "cite": "s1"}


@pytest.mark.parametrize(
    ("node", "says"),
    [
        ({}, "只能写一样"),
        ({"fact": "local", "all": [leaf("a", "local", **YES)]}, "只能写一样"),
        ({"all": [leaf("a", "local", **YES)], "any": [leaf("b", "local", **YES)]}, "只能写一样"),
        ({"count": 1, "all": [leaf("a", "local", **YES)]}, "count 和 of 要一起写"),
        ({"of": [leaf("a", "local", **YES)]}, "count 和 of 要一起写"),
        ({"count": 0, "of": [leaf("a", "local", **YES)]}, "count 要在 1 和 of 的条数之间"),
        ({"count": 2, "of": [leaf("a", "local", **YES)]}, "count 要在 1 和 of 的条数之间"),
        ({"all": []}, "一组里至少要有一条"),
        ({"any": []}, "一组里至少要有一条"),
        ({"all": [leaf("a", "local", **YES)], "cite": "s1", "at_least": 3}, "一组条件上不能写 at_least、cite"),
        ({"all": [leaf("a", "local", **YES)], "remedy": "去办"}, "一组条件上不能写 remedy"),
        ({"all": [leaf("a", "local", **YES)], "unit": "day", "confidence": "low"}, "不能写 unit、confidence"),
        ({"fact": "local", "is": True}, "条件还要写 id、text、cite"),
        ({"fact": "local", "is": True, "id": "a", "text": "本地"}, "条件还要写 cite"),
        (leaf("a", "local", **YES, **{"except": [{"when": leaf("b", "area", under=1), "then": "met"}]}), "例外"),
        (leaf("a", "local"), "每个条件要写一种比法"),
        (leaf("a", "area", at_least=1, under=2), "每个条件要写一种比法"),
        ({"id": "a", "text": "t", "cite": "s1", "judged_by": "学校", "is": True}, "由人定的"),
        (leaf("a", "injury", within=1), "要写时间单位 unit"),
        (leaf("a", "injury", past=1), "要写时间单位 unit"),
        (leaf("a", "area", under=1, unit="day"), "要写时间单位 unit"),
    ],
)
def test_a_node_has_one_shape(node: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Node(**node)


def test_count_may_ask_for_all_of_them() -> None:
    assert Node(count=2, of=[leaf("a", "local", **YES), leaf("b", "area", under=1)]).count == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "其中一样"),
        ({"formula": "1", "table": "degree", "scores": {"none": 1}}, "其中一样"),
        ({"table": "degree"}, "其中一样"),
        ({"formula": "1", "scores": {"none": 1}}, "其中一样"),
        ({"steps": [[1, 2]]}, "steps 和 over 要一起写"),
        ({"formula": "1", "over": "area"}, "steps 和 over 要一起写"),
    ],
)
def test_a_line_is_counted_in_one_way(more: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Line(**LINE, **more)


@pytest.mark.parametrize("starts", [[], ["2026-01-01", "2025-01-01"], ["2026-01-01", "2026-01-01"]])
def test_the_values_of_a_parameter_stand_in_order(starts: list[str]) -> None:
    with pytest.raises(ValidationError, match="从早到晚"):
        Parameter(unit="元", values=[{"from": start, "value": 1, "cite": "s1"} for start in starts])


@pytest.mark.parametrize("field", ["id", "item", "name", "in_force", "check_before", "needs"])
def test_a_scheme_needs_all_of_these_and_nothing_unknown(field: str) -> None:
    data = written(leaf("a", "local", **YES))
    with pytest.raises(ValidationError, match="extra fields"):
        SchemeFile(**data, colour="red")
    del data[field]
    with pytest.raises(ValidationError, match="field required"):
        SchemeFile(**data)
