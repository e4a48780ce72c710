"""The real server of the journeys, shared by all conversations."""

from __future__ import annotations

from tests.journeys.conftest import api, server

__all__ = ["api", "server"]
