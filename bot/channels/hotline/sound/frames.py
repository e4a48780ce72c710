"""In: bytes of an AudioSocket connection (Asterisk). Out: whole frames; and frames as bytes, to be sent.

A frame is one byte of kind, two bytes of length (big-endian), then that many bytes. Nothing in it marks a beginning:
one wrong length and all that follows is noise, so a stranger is known by the first frame, which must be the UUID.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bot.errors import BadInput

HANG_UP, IDENTITY, KEY, SOUND, ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF
"""Kinds of frame: the call ends; 16 bytes that name the leg; one key of the keypad; sound of 8 kHz; an error code."""
RATES = {SOUND: 8_000, 0x11: 12_000, 0x12: 16_000, 0x13: 24_000, 0x14: 32_000, 0x15: 44_100, 0x16: 48_000,
         0x17: 96_000, 0x18: 192_000}  # fmt: skip
"""Kind of a frame of sound → samples a second; s16le, one channel."""
_HEAD = 3
_MOST = 0xFFFF


@dataclass(frozen=True)
class Frame:
    """One frame as it came."""

    kind: int
    """HANG_UP, IDENTITY, KEY, ERROR, a key of RATES, or something newer than this program."""
    payload: bytes
    """At most 65,535 bytes."""

    @property
    def rate(self) -> int | None:
        """Samples a second; None: it is no sound."""
        return RATES.get(self.kind)

    def pcm(self) -> bytes:
        """The sound, in whole samples: half a sample at the end is dropped."""
        return self.payload[: len(self.payload) & ~1]

    def leg(self) -> str:
        """The UUID that names the leg.

        Raises:
            BadInput: this is another frame, or not 16 bytes.
        """
        if self.kind != IDENTITY or len(self.payload) != 16:
            raise BadInput("这路声音没有先报编号，不收。")
        return str(UUID(bytes=self.payload))


class Frames:
    """Puts frames together from the pieces TCP delivers."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are whole now; what remains is less than one frame.

        >>> Frames().feed(bytes.fromhex("10 0002 0100 00"))
        [Frame(kind=16, payload=b'\\x01\\x00')]
        """
        self._rest += data
        found, at = [], 0
        while len(self._rest) - at >= _HEAD:
            end = at + _HEAD + int.from_bytes(self._rest[at + 1 : at + _HEAD], "big")
            if end > len(self._rest):
                break
            found.append(Frame(self._rest[at], bytes(self._rest[at + _HEAD : end])))
            at = end
        del self._rest[:at]
        return found


def encoded(kind: int, payload: bytes = b"") -> bytes:
    """One frame to send.

    Raises:
        ValueError: more than a frame can hold.

    >>> encoded(HANG_UP).hex()
    '000000'
    """
    if len(payload) > _MOST:
        raise ValueError(f"a frame holds {_MOST} bytes")
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload
