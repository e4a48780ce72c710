"""Whisper base in this process, loaded once for all tests that hear."""

from __future__ import annotations

import pytest

from bot.channels.hotline.recognisers.whisper_model import Hear, load
from bot.channels.hotline.recognisers.words import prompt
from tests.speech import HOME, fetch


@pytest.fixture(scope="session")
def hear() -> Hear:
    """The model itself."""
    return load(str(fetch()), lambda: prompt([]), HOME)
