"""A text-to-speech server of the tests, over HTTP: 100 ms of tone a character; slow, down or wrong on demand."""

from __future__ import annotations

import audioop
import json
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from bot.channels.hotline.voice.wav import wav

MS_OF_A_CHARACTER = 100


class Speaker:
    """What the server does next; change it while it runs."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.mode = "s16"
        """s16, alaw, 24k, or a fault: slow, error, refused, text, empty, huge, float."""
        self.url = ""
        self.ms = MS_OF_A_CHARACTER

    @property
    def spoken(self) -> str:
        """Everything asked for so far."""
        return "".join(body["text"] for body in self.asked)

    def reply(self, body: dict[str, Any]) -> tuple[int, bytes]:
        """Status and body."""
        self.asked.append(body)
        if self.mode == "slow":
            time.sleep(1.0)
        if self.mode in ("error", "refused"):
            return (500 if self.mode == "error" else 400), b"no"
        if self.mode in ("text", "empty", "huge"):
            return 200, {"text": b"hello", "empty": wav(b""), "huge": wav(bytes(9_000_000))}[self.mode]
        rate = 24_000 if self.mode == "24k" else 8_000
        count = int(rate * self.ms / 1000 * len(body["text"]) / body["rate"])
        tone = (8000 * np.sin(np.arange(count) * 2 * np.pi * 440 / rate)).astype("<i2").tobytes()
        if self.mode == "alaw":
            return 200, riff(6, rate, 8, audioop.lin2alaw(tone, 2))
        return 200, riff(3, rate, 32, tone) if self.mode == "float" else wav(tone, rate)


def riff(kind: int, rate: int, bits: int, data: bytes, channels: int = 1) -> bytes:
    """A WAV file of any kind; its lengths are those of a stream, which nobody knows beforehand."""
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * bits // 8 * channels, bits // 8 * channels, bits)
    return b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<I", 16) + form + b"data\xff\xff\xff\xff" + data


@contextmanager
def speaking() -> Iterator[Speaker]:
    """A running server."""
    speaker = Speaker()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, sound = speaker.reply(body)
            try:
                self.send_response(status)
                self.send_header("content-type", "audio/wav")
                self.send_header("content-length", str(len(sound)))
                self.end_headers()
                self.wfile.write(sound)
            except OSError:  # whoever asked did not want to wait
                return

        def log_message(self, format: str, *args: object) -> None:
            """Keeps the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    speaker.url = f"http://127.0.0.1:{server.server_port}/tts"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield speaker
    finally:
        server.shutdown()
        server.server_close()
