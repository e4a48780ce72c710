"""Shared by the tests of voice self-service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.hotline.voice.dialogue import Dialogue, dialogue


@pytest.fixture(scope="session")
def talking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dialogue]:
    """The real dialogue, loaded once."""
    with dialogue(tmp_path_factory.mktemp("dialogue")) as ready:
        yield ready
