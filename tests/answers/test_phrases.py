"""The phrase book: complete, and refused when it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.answers.phrases import BOOK, NEEDED, hotline_name, load_book, phrase
from bot.errors import DataError
from bot.messages import ITEM_ACTS

HOTLINES = Path(__file__).resolve().parents[2] / "places" / "hotlines.yml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = BOOK.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "phrases.yml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("thanks: ", "thank: ", "缺少“thanks”"),
        ("不客气，还有不清楚的接着问。", '""', "缺少“thanks”"),
        ("一次不超过{limit}个字", "一次不超过500个字", "too_long"),
        ("一次不超过{limit}个字", "一次不超过{limits}个字", "limits"),
        ("一次不超过{limit}个字", "一次不超过{limit个字", "不成对"),
    ],
)
def test_a_broken_book_is_refused_with_the_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        load_book(changed(tmp_path, old, new))


def test_every_phrase_is_used() -> None:
    unused = {key for key in load_book() if key not in NEEDED and not key.startswith("hotline.")}
    assert unused == set()


def test_every_act_has_a_question() -> None:
    assert all(phrase(f"ask.{act}") for act in ITEM_ACTS)


def test_only_known_hotlines_are_named() -> None:
    known = {str(entry["number"]) for entry in yaml.safe_load(HOTLINES.read_text(encoding="utf-8"))}
    named = set(re.findall(r"(?<!\d)\d{3,8}(?!\d|个)", BOOK.read_text(encoding="utf-8")))
    assert named <= known
    assert hotline_name("12333") == "人社热线"
    assert hotline_name("11111") is None


def test_no_officialese() -> None:
    assert not re.search(r"您|敬请|予以|贵|尊敬|相关部门", BOOK.read_text(encoding="utf-8"))
