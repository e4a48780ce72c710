"""The word lists a clerk edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import DataError
from bot.understanding.danger import spoken_alert
from bot.understanding.lexicon import FILES, FOLDER, Lexicon, read_lexicon


def test_dialect_becomes_plain() -> None:
    lexicon = read_lexicon()
    assert lexicon.plain("办证要啥子嘛") == "办证要什么嘛"
    assert lexicon.plain("居委会") == "居委会"
    assert len(lexicon.words) >= 300


def test_every_entry_says_something_else() -> None:
    lexicon = read_lexicon()
    assert lexicon.plain("暂住证") == "居住证"
    assert lexicon.plain("") == ""


def test_longest_first_and_once() -> None:
    assert Lexicon({"咋": "怎么", "咋办": "怎么办"}).plain("咋办咋弄") == "怎么办怎么弄"
    assert Lexicon({}).plain("咋办") == "咋办"


@pytest.mark.parametrize("broken", ["- 一\n- 二", "四川:\n  - 啥子", "四川: {啥子: 什么}\n河南: {啥子: 怎么}", "a: ["])
def test_broken_files_say_where(tmp_path: Path, broken: str) -> None:
    (tmp_path / FILES[0]).write_text(broken, "utf-8")
    (tmp_path / FILES[1]).write_text((FOLDER / FILES[1]).read_text("utf-8"), "utf-8")
    with pytest.raises(DataError, match=r"dialect\.yml"):
        read_lexicon(tmp_path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        read_lexicon(tmp_path)


@pytest.mark.parametrize(
    ("said", "alert"),
    [
        ("活着没啥意思了", "suicide"),
        ("我们厂着火了", "fire"),
        ("他拿刀追我", "violence"),
        ("累死了", None),
        ("热死个人", None),
        ("工伤认定要多久", None),
        ("", None),
    ],
)
def test_phrases_of_danger(said: str, alert: str | None) -> None:
    assert spoken_alert(said) == alert
