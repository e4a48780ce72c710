"""The figures of hearing: what is read, counted and told; the recogniser is a stand-in on a socket."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest

from benchmarks.speech import main
from benchmarks.speech_errors import errors, plain
from benchmarks.speech_sound import BANDS, folder_of, labelled
from bot.channels.hotline.sound.resample import RATE
from bot.errors import DataError
from tests.channels.hotline.recognisers.stand_ins import SENTENCES, marked


def write(file: Path, pcm: bytes) -> None:
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes(pcm)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in (1, 2):
        write(tmp_path / f"00{number}.wav", marked(number))
    lines = f"001\t{SENTENCES[1]}\n\n002.wav {SENTENCES[2]}？\n"
    (tmp_path / "transcripts.txt").write_text(lines, "utf-8-sig")
    return tmp_path


def test_what_sounds_alike_is_wrong_in_characters_only() -> None:
    found = errors([("居住证怎么办", "居住正怎么办？"), ("交了八个月", "交了8个"), ("积分", "")])
    assert found.said == 13
    assert found.characters == pytest.approx(4 / 13)
    assert found.syllables == pytest.approx(3 / 13)
    assert errors([]).characters == 0


def test_marks_spaces_and_traditional_characters_are_no_errors() -> None:
    assert plain(" 居住證，怎麼辦？ABC") == plain("居住证怎么办abc")


def test_a_folder_is_read_as_it_is_written(folder: Path) -> None:
    one, two = folder_of(folder, "transcripts.txt", 0)
    assert (one.text, two.text) == (SENTENCES[1], f"{SENTENCES[2]}？")
    assert one.pcm == marked(1)
    assert len(folder_of(folder, "transcripts.txt", 1)) == 1


def test_a_labelled_file_may_bring_its_own_sound(folder: Path) -> None:
    rows = [
        {"text": SENTENCES[1], "item_id": "a", "audio": "001.wav"},
        {"text": SENTENCES[2], "item_id": ["a", "b"], "audio": "002.wav"},
        {"text": "你好", "item_id": []},
    ]
    (folder / "l.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    assert [one.item_ids for one in labelled(folder / "l.jsonl", 0)] == [("a",), ("a", "b")]


@pytest.mark.parametrize("text", ["{", "[]", '{"text": "x"}', '{"text": "x", "item_id": "a", "audio": "no.wav"}'])
def test_a_wrong_file_is_named(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "l.jsonl").write_text(text, "utf-8")
    assert main([str(tmp_path / "l.jsonl")]) == 1
    assert "l.jsonl" in capsys.readouterr().err
    with pytest.raises(DataError):
        folder_of(tmp_path / "none", "transcripts.txt", 0)


def test_a_telephone_line_keeps_the_length_and_changes_the_sound() -> None:
    pcm = marked(1)
    line = BANDS["8 kHz A-law"](pcm)
    assert abs(len(line) - len(pcm)) < RATE // 50
    assert line[: len(pcm) // 2] != pcm[: len(pcm) // 2]
    assert BANDS["16 kHz"](pcm) == pcm
