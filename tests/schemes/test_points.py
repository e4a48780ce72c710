"""Points as they come: what is counted while the interview goes on, and that both schemes count alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from bot.settings import ROOT
from services.eligibility.assess import assess
from services.eligibility.files import shipped_book

DAY = date(2026, 11, 23)
SCHEME = shipped_book().schemes["points.score_table"]
PLAIN = {"applicant_age": 36, "education_level": "senior", "skill_level": "none", "professional_title": "none"}
INSURED = "社保每满1年 3 分"
SPOUSE = "爱人是上海户口，结婚每满1年 4 分，最多 40 分"


@pytest.mark.parametrize(
    ("told", "total", "gap", "pending"),
    [
        (PLAIN, 30, None, [INSURED]),
        ({**PLAIN, "social_insurance_months": 132}, 63, 57, []),
        ({**PLAIN, "social_insurance_months": 132, "spouse_hukou_is_shanghai": True}, 63, None, [SPOUSE]),
        (
            {**PLAIN, "social_insurance_months": 132, "si_base_tier": "x3", "spouse_hukou_is_shanghai": True},
            183,
            0,
            [SPOUSE],
        ),
    ],
)
def test_the_sum_so_far_names_what_is_not_in_it(
    told: dict[str, Any], total: int, gap: int | None, pending: list[str]
) -> None:
    outcome = assess(SCHEME, told, DAY)["outcome"]
    assert (outcome["so_far"]["total"], outcome["so_far"]["gap"], outcome["so_far"]["pending"]) == (total, gap, pending)


def test_with_nothing_told_there_is_no_sum() -> None:
    assert assess(SCHEME, {}, DAY)["outcome"]["so_far"] is None


def test_applying_and_counting_count_the_same() -> None:
    """The lines stand in two files, each citing its own item; only the citations may differ."""
    lines = []
    for scheme_id in ("points.apply", "points.score_table"):
        data = yaml.safe_load((ROOT / "schemes" / scheme_id / "scheme.yml").read_text("utf-8"))
        worths = {name: [{**v, "cite": None} for v in p["values"]] for name, p in data["parameters"].items()}
        used = {name for name in worths if name in yaml.safe_dump(data["outcome"], allow_unicode=True)}
        lines.append((data["outcome"], {name: worths[name] for name in used}))
    assert lines[0] == lines[1]
