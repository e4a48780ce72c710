"""In: outcomes of calls to one service. Out: whether the next call may be tried.

Own code, 40 lines: aiobreaker's last release is of 2021; purgatory takes no clock (its tests must sleep) and lets
every waiting call through at once when it half-opens.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """closed → (failures in a row) → open → (after a rest) → one trial → closed or open again. For one event loop.

    Args:
        failures: so many in a row open it.
        rest_s: seconds until one call may try again.
        clock: monotonic seconds.
    """

    def __init__(self, failures: int = 5, rest_s: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._rest_s, self._clock = failures, rest_s, clock
        self._failed = 0
        self._closed_again_at = 0.0

    def may_try(self) -> bool:
        """Whether to make a call now. After a rest, yes for one caller; the next trial only after another rest."""
        if self._failed < self._limit:
            return True
        if self._clock() < self._closed_again_at:
            return False
        self._closed_again_at = self._clock() + self._rest_s
        return True

    def succeeded(self) -> None:
        """The service answered, even if it said no."""
        self._failed = 0

    def failed(self) -> None:
        """The service did not answer, or broke."""
        self._failed += 1
        if self._failed >= self._limit:
            self._closed_again_at = self._clock() + self._rest_s
