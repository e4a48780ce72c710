"""In: sentences labelled before they were measured. Out: hearing stays as good as it was counted to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.understanding.facts.measure import main, measure, read_cases

SETS = Path(__file__).with_name("heldout")
MENDED = [SETS / f"{name}.yml" for name in "abcde"]
NEW = SETS / "f.yml"


def test_sentences_whose_faults_were_mended() -> None:
    figures, _ = measure(read_cases(MENDED))
    assert figures["fact_precision"]["share"] >= 0.98
    assert figures["fact_recall"]["share"] >= 0.92


def test_sentences_never_mended_for() -> None:
    figures, _ = measure(read_cases([NEW]))
    assert figures["fact_precision"]["share"] >= 0.90
    assert figures["fact_recall"]["share"] >= 0.76


def test_a_wrong_value_is_shown_and_counts_twice() -> None:
    figures, wrong = measure([{"text": "我社保交了8个月", "facts": {"social_insurance_months": 9}}])
    assert (figures["fact_precision"]["total"], figures["fact_recall"]["total"]) == (1, 1)
    assert figures["fact_precision"]["right"] == figures["fact_recall"]["right"] == 0
    (line,) = wrong
    assert "said {'social_insurance_months': 9}" in line
    assert "heard {'social_insurance_months': 8}" in line


def test_a_file_that_is_none_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "no.yml")]) == 1
    assert "读不懂" in capsys.readouterr().err
