"""In: wav files or sentences. Out: their sound, also after a telephone line; and what a recogniser hears."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.hotline.recognisers.base import Heard, StreamRecogniser
from bot.channels.hotline.sound.resample import BYTES_PER_MS
from bot.channels.recogniser import Recordings, decoded
from bot.errors import DataError
from tests.speech import spoken, telephone

BANDS: dict[str, Callable[[bytes], bytes]] = {"16 kHz": lambda pcm: pcm, "8 kHz A-law": telephone}
"""What a band does to sound of 16 kHz."""
QUIET = bytes(600 * BYTES_PER_MS)
"""Before and after each sentence."""


@dataclass(frozen=True)
class Sentence:
    """One sentence."""

    name: str
    """Of its file, or its place in the list."""
    text: str
    """What is said."""
    pcm: bytes
    """16 kHz, s16le."""
    item_ids: tuple[str, ...] = ()
    """The items it means; any of them is right."""


def folder_of(folder: Path, transcripts: str, most: int) -> list[Sentence]:
    """A folder of wav files beside their transcripts: a line each, "NAME text", NAME with or without ".wav".

    Raises:
        DataError: no such files.
    """
    found = []
    try:
        for line in (folder / transcripts).read_text("utf-8-sig").splitlines()[: most or None]:
            name, _, text = line.strip().replace("\t", " ", 1).partition(" ")
            if name:
                file = folder / (name if name.endswith(".wav") else f"{name}.wav")
                found.append(Sentence(name, text.strip(), decoded(file.read_bytes(), "wav")))
    except OSError as error:
        raise DataError(f"读不了 {folder}：{error}") from error
    return found


def labelled(file: Path, most: int) -> list[Sentence]:
    """A jsonl file with text and item_id (a word or a list); `audio`, a file beside it, else a made voice says it.

    Raises:
        DataError: no such file, or a line of another form.
    """
    try:
        rows: list[dict[str, Any]] = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        rows = [row for row in rows if row["item_id"]][: most or None]
        made = [row["text"] for row in rows if not row.get("audio")]
        voices = dict(zip(made, spoken(made) if made else [], strict=True))
        return [
            Sentence(str(number), row["text"], _sound(file.parent, row, voices), _ids(row["item_id"]))
            for number, row in enumerate(rows, 1)
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{file}：读不懂（{error!r}）。") from error


async def hear(recogniser: StreamRecogniser, sentences: Sequence[bytes]) -> tuple[list[str], float]:
    """What it hears, one after another; and the seconds that takes for each second of sound."""
    began, heard = time.perf_counter(), []
    for pcm in sentences:
        heard.append(await Recordings(recogniser).of_pcm(QUIET + pcm + QUIET))
    took = time.perf_counter() - began
    return heard, took * 1000 * BYTES_PER_MS / max(1, sum(map(len, sentences)))


async def ready(recogniser: StreamRecogniser) -> None:
    """Waits until it hears at all: a model is loaded."""

    async def nothing(heard: Heard) -> None:
        pass

    stream = recogniser.open(nothing)
    await stream.feed(QUIET)
    await asyncio.wait_for(stream.finish(), 600)


def _ids(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _sound(folder: Path, row: dict[str, Any], voices: dict[str, bytes]) -> bytes:
    audio = row.get("audio")
    return decoded((folder / audio).read_bytes(), "wav") if audio else voices[row["text"]]
