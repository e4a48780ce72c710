"""python -m staff sentences: what was accepted becomes a file that the training reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.understanding.corpus import read_examples
from staff import __main__ as command
from staff.database import StaffDatabase
from staff.sentences import Sentences

SAID = (("绿本本咋整", "ask_procedure", "residence.permit"), ("侬好呀", "greet", ""), ("啊", "greet", ""))


@pytest.fixture
def sentences(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sentences:
    chosen = Settings(_env_file=None, database_url=database_url, var_dir=tmp_path)
    monkeypatch.setattr(command, "settings", lambda: chosen)
    return Sentences(StaffDatabase(database_url))


def test_accepted_sentences_are_read_by_the_training(
    sentences: Sentences, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, act, item in SAID:
        sentences.propose(text, act, item, "editor")
    for one in sentences.listed():
        sentences.judge(one.id, one.text != "啊", "approver")
    file = tmp_path / "nlu" / "staff.yml"
    file.parent.mkdir()
    assert command.main(["sentences", str(file)]) == 0
    assert "2 句" in capsys.readouterr().out
    found = {(one.text, one.act, one.item_id) for one in read_examples(file.parent)}
    assert found == {("绿本本咋整", "ask_procedure", "residence.permit"), ("侬好呀", "greet", None)}


def test_nothing_accepted_writes_nothing(sentences: Sentences, tmp_path: Path) -> None:
    assert command.main(["sentences", str(tmp_path / "x.yml")]) == 0
    assert not (tmp_path / "x.yml").exists()


def test_a_database_that_is_away_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = Settings(_env_file=None, database_url="postgresql://nobody@127.0.0.1:9/none", var_dir=tmp_path)
    monkeypatch.setattr(command, "settings", lambda: gone)
    assert command.main(["sentences", str(tmp_path / "x.yml")]) == 1
    assert capsys.readouterr().err.strip()
