"""In: the name of a sentence. Out: its sound, if it is kept: in memory for a while, fixed ones on disk, bounded."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from uuid import uuid4

import structlog

log = structlog.get_logger(__name__)

MEMORY_BYTES, DISK_BYTES = 16_000_000, 64_000_000
"""A quarter of an hour in memory, an hour on disk."""


class Sounds:
    """What has been spoken before. Several processes may share the folder; methods block briefly, call in a thread.

    Args:
        folder: made when needed; may be removed at any time.
        memory_bytes: most kept in memory.
        disk_bytes: most kept in the folder.
    """

    def __init__(self, folder: Path, memory_bytes: int = MEMORY_BYTES, disk_bytes: int = DISK_BYTES) -> None:
        self._folder, self._memory_bytes, self._disk_bytes = folder, memory_bytes, disk_bytes
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0
        self._lock = Lock()

    def get(self, name: str) -> bytes | None:
        """The sound; None when it is not kept.

        Args:
            name: hexadecimal.
        """
        with self._lock:
            if name in self._memory:
                self._memory.move_to_end(name)
                return self._memory[name]
        path = self._path(name)
        try:
            sound = path.read_bytes()
            os.utime(path)  # what is used stays
        except OSError:
            return None
        self._remember(name, sound)
        return sound

    def put(self, name: str, sound: bytes, *, keep: bool) -> None:
        """Keeps a sound in memory.

        Args:
            name: hexadecimal.
            keep: on disk, too: nothing of a caller may be in the words.
        """
        self._remember(name, sound)
        if not keep:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._folder / f".{uuid4().hex}"
            part.write_bytes(sound)
            part.replace(self._path(name))
            self._make_room()
        except OSError as error:  # a full disk: the next caller has it spoken anew
            log.warning("sound_not_kept", error=type(error).__name__)

    def _remember(self, name: str, sound: bytes) -> None:
        with self._lock:
            self._held += len(sound) - len(self._memory.pop(name, b""))
            self._memory[name] = sound
            while self._held > self._memory_bytes:
                _, oldest = self._memory.popitem(last=False)
                self._held -= len(oldest)

    def _make_room(self) -> None:
        """Removes what has not been used for longest."""
        found = [(entry.stat(), entry.path) for entry in os.scandir(self._folder)]
        too_much = sum(state.st_size for state, _ in found) - self._disk_bytes
        for state, path in sorted(found, key=lambda pair: pair[0].st_mtime):
            if too_much <= 0:
                return
            Path(path).unlink(missing_ok=True)
            too_much -= state.st_size

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.s16"
