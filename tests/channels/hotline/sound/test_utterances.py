"""Utterances end at pauses; silence and music are none; time is counted in sound."""

from __future__ import annotations

import numpy as np
import pytest

from bot.channels.hotline.sound.activity import PIECE_BYTES, PIECE_MS, Activity
from bot.channels.hotline.sound.resample import BYTES_PER_MS, RATE
from bot.channels.hotline.sound.utterances import Pauses, Utterance, Utterances
from tests.speech import spoken

SAYS, QUIET = b"\1\1" * 512, b"\0\0" * 512


def marked(pauses: Pauses | None = None) -> Utterances:
    """Its detector knows speech by its first byte."""
    return Utterances(lambda piece: float(piece[0] == 1), pauses)


def silence(ms: int) -> bytes:
    return b"\0" * (ms * BYTES_PER_MS)


def music(seconds: int) -> bytes:
    """Hold music: chords with a beat."""
    at = np.arange(RATE * seconds) / RATE
    chords = sum(np.sin(2 * np.pi * hz * at) for hz in (261.6, 329.6, 392.0, 523.2))
    beat = 0.6 + 0.4 * np.sign(np.sin(2 * np.pi * 2 * at))
    return bytes((4_000 * chords * beat).clip(-32_768, 32_767).astype("<i2").tobytes())


def all_of(utterances: Utterances, pcm: bytes, piece: int = 640) -> list[Utterance]:
    found = [one for at in range(0, len(pcm), piece) for one in utterances.feed(pcm[at : at + piece])]
    return [*found, *utterances.finish()]


@pytest.mark.parametrize("piece", [2, 320, 640, 1024, 65_534])
def test_two_sentences_and_a_pause_are_two_utterances_however_they_arrive(piece: int) -> None:
    pcm = QUIET * 20 + SAYS * 40 + QUIET * 30 + SAYS * 30 + QUIET * 5
    first, second = all_of(marked(), pcm, piece)
    assert (first.begin_ms, first.end_ms) == (20 * PIECE_MS - 256, 60 * PIECE_MS + 608)
    assert second.begin_ms == 90 * PIECE_MS - 256
    assert len(first.pcm) == (first.end_ms - first.begin_ms) * BYTES_PER_MS


def test_a_breath_inside_a_sentence_does_not_end_it() -> None:
    assert len(all_of(marked(), SAYS * 20 + QUIET * 10 + SAYS * 20 + QUIET * 30)) == 1


def test_a_cough_is_no_utterance() -> None:
    assert all_of(marked(), QUIET * 9 + SAYS * 3 + QUIET * 40) == []


def test_nobody_speaks_on_for_ever() -> None:
    found = all_of(marked(Pauses(most_ms=2_000)), SAYS * 200)
    assert all(one.end_ms - one.begin_ms <= 2_000 + PIECE_MS for one in found)
    assert sum(len(one.pcm) for one in found) == 200 * PIECE_BYTES
    assert [one.begin_ms for one in found] == sorted({one.begin_ms for one in found})


def test_silence_takes_no_room() -> None:
    utterances = marked()
    assert utterances.feed(QUIET * 10_000) == []
    assert len(utterances._said) <= 256 * BYTES_PER_MS


def test_what_is_being_said_can_be_looked_at() -> None:
    utterances = marked()
    assert utterances.so_far() is None
    utterances.feed(QUIET * 10 + SAYS * 20)
    so_far = utterances.so_far()
    assert so_far is not None
    assert so_far.end_ms == 30 * PIECE_MS
    assert utterances.speaking


def test_speech_is_found_between_silence_and_music() -> None:
    asked, told = spoken(["我想问一下居住证怎么办理", "办居住登记要带什么材料"])
    pcm = silence(1_500) + asked + silence(1_200) + music(4) + silence(800) + told + silence(1_000)
    found = all_of(Utterances(Activity()), pcm)
    assert len(found) == 2
    for one, begins, sound in zip(found, (1_500, len(pcm) // 32 - 1_000 - len(told) // 32), (asked, told), strict=True):
        assert abs(one.begin_ms - begins) < 600
        assert abs((one.end_ms - one.begin_ms) - len(sound) // BYTES_PER_MS) < 1_200


def test_music_noise_and_silence_are_nobody() -> None:
    noise = np.random.default_rng(5).normal(0, 300, RATE * 5).astype("<i2").tobytes()
    for pcm in (music(8), noise, silence(8_000), b"\xff\x7f" * RATE):
        assert all_of(Utterances(Activity()), pcm) == []
