"""A folder of schemes: everything wrong is told at once, with the folder it stands in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import DataError, NotFound
from bot.settings import ROOT
from services.eligibility.files import SchemeBook, load_book, shipped_book, sources_of
from services.knowledge.reference_files import load_immunisation
from tests.services.eligibility.world import DAY, leaf, written
from tests.services.knowledge.made import make_item

ITEM = make_item("made.up", topic="housing")
LOCAL = leaf("a", "local", **{"is": True})
FACTS = {
    "facts": [{"id": "local", "label": "本地", "type": "bool", "question": "问", "where": "查", "why": "因为"}],
}


def book(folder: Path, *schemes: dict[str, Any]) -> SchemeBook:
    (folder / "facts.yml").write_text(json.dumps(FACTS, ensure_ascii=False), "utf-8")
    for data in schemes:
        home = folder / str(data["id"])
        home.mkdir()
        (home / "scheme.yml").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return load_book(folder, [ITEM], load_immunisation(ROOT / "policy"))


def test_a_right_folder_is_a_book(tmp_path: Path) -> None:
    found = book(tmp_path, written(LOCAL))
    assert list(found.schemes) == ["made.up"]
    assert found.scheme("made.up").sources["s1"]["title"] == "某某办法"
    assert found.scheme("made.up").schedule is not None
    assert found.in_force(DAY) == [found.scheme("made.up")]
    assert found.in_force(DAY.replace(year=2020, month=1, day=1)) == [found.scheme("made.up")]
    assert found.in_force(DAY.replace(year=2019, month=12, day=31)) == []


def test_no_scheme_of_that_name(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as error:
        book(tmp_path).scheme("x" * 200)
    assert error.value.sentence == f"没有“{'x' * 80}”这个方案。"


def test_every_wrong_scheme_is_named(tmp_path: Path) -> None:
    wrong = [
        {**written(LOCAL), "id": "b.one", "colour": "red"},
        {**written(LOCAL), "id": "b.two", "serves": ["made.up", "no.such"]},
        {**written({**LOCAL, "cite": "s9"}), "id": "b.three"},
    ]
    (tmp_path / "b.four").mkdir()
    (tmp_path / "b.four" / "scheme.yml").write_text("[1]", "utf-8")
    with pytest.raises(DataError) as error:
        book(tmp_path, *wrong)
    lines = error.value.sentence.splitlines()
    assert len(lines) == len(error.value.fields) == 4
    assert lines[0] == "schemes/b.four：要写成“名称: 内容”的样子。"
    assert error.value.fields[0].field == "b.four/scheme.yml"
    assert lines[1].startswith("schemes/b.one")
    assert "colour" in lines[1]
    assert lines[2] == "schemes/b.three · a：来源 s9 不在事项 made.up 的依据里。"
    assert lines[3] == "schemes/b.two · 也管：政策库里没有 no.such。"
    assert [field.field for field in error.value.fields[2:]] == ["a", "serves"]


def test_what_is_shipped_is_in_order_and_cites_as_the_contract_says() -> None:
    shipped = shipped_book()
    assert list(shipped.schemes) == sorted(shipped.schemes)
    assert sources_of(ITEM) == {
        "s1": {"title": "某某办法", "doc_no": None, "issuer": None, "effective_from": "2025-01-01", "url": None}
    }
