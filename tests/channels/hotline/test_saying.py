"""The line to say is short; the checklist that a caller is sent is whole, for every item."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.answers.parts import SELECT
from bot.channels.hotline.assist.saying import MOST_SAID, answer_of, checklist, line_to_say
from bot.clock import today
from tests.answers.inventory import ITEMS

ACTS = ("ask_overview", "ask_conditions", "ask_materials", "ask_procedure", "ask_place", "ask_cost", "report_problem")


@pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))
def test_the_line_to_say(item: dict[str, Any]) -> None:
    for act in ACTS:
        line = line_to_say(answer_of(item, act, today(), None), None, act)
        assert 0 < len(line) <= MOST_SAID
        assert not re.search(r"[\d（）()【】《》“”/]", line)
        assert line[-1] in "。？"


@pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))
def test_the_checklist(item: dict[str, Any]) -> None:
    text = checklist(item, today())["text"]
    assert "更多" not in text
    for act in ("ask_materials", "ask_place"):
        for line in SELECT[act](item, today()).lines:
            assert line in text
