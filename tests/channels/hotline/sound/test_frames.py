"""AudioSocket's frames: whole, in pieces, unknown, cut off, hostile."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.hotline.sound import frames
from bot.channels.hotline.sound.frames import Frame, Frames, encoded
from bot.errors import BadInput

LEG = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


@given(
    st.lists(st.builds(Frame, st.integers(0, 255), st.binary(max_size=700)), max_size=8),
    st.integers(1, 400),
)
def test_however_tcp_cuts_them_the_same_frames_come_out(sent: list[Frame], piece: int) -> None:
    reader, wire = Frames(), b"".join(encoded(frame.kind, frame.payload) for frame in sent)
    got = [frame for at in range(0, len(wire), piece) for frame in reader.feed(wire[at : at + piece])]
    assert got == sent


@given(st.lists(st.binary(max_size=3_000), max_size=20))
def test_noise_harms_nothing_and_is_not_hoarded(noise: list[bytes]) -> None:
    reader = Frames()
    for data in noise:
        for frame in reader.feed(data):
            assert len(frame.payload) <= 0xFFFF
    assert len(reader._rest) <= 0xFFFF + 3


def test_the_largest_frame_is_read() -> None:
    (frame,) = Frames().feed(encoded(frames.SOUND, b"\1\0" * 32_767))
    assert frame.rate == 8_000
    assert len(frame.pcm()) == 65_534
    with pytest.raises(ValueError, match="65535"):
        encoded(frames.SOUND, b"\0" * 65_536)


@pytest.mark.parametrize(
    ("kind", "rate"), [(0x10, 8_000), (0x11, 12_000), (0x12, 16_000), (0x13, 24_000), (0x14, 32_000), (0x15, 44_100),
                       (0x16, 48_000), (0x17, 96_000), (0x18, 192_000), (0x00, None), (0x03, None), (0x42, None)],
)  # fmt: skip
def test_the_kind_tells_the_rate(kind: int, rate: int | None) -> None:
    assert Frame(kind, b"").rate == rate


def test_half_a_sample_is_dropped() -> None:
    assert Frame(frames.SOUND, b"\1\2\3").pcm() == b"\1\2"


def test_the_leg_is_named_by_the_first_frame_only() -> None:
    assert Frame(frames.IDENTITY, LEG.bytes).leg() == str(LEG)
    for wrong in (
        Frame(frames.IDENTITY, b"short"),
        Frame(frames.SOUND, LEG.bytes),
        Frame(0x47, b"ET / HTTP/1.1\r\n\r\n"),
    ):
        with pytest.raises(BadInput, match="编号"):
            wrong.leg()
