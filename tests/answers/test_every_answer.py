"""Properties over every item, every act, both halves and all renderers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import pytest

from bot.answers.amounts import named_amounts
from bot.answers.chat import to_reply
from bot.answers.compose import LINES, compose
from bot.answers.phrases import NEEDED, load_book
from bot.answers.spoken import LONG, to_spoken
from bot.answers.staff import to_card
from bot.answers.text import say_date
from bot.messages import ITEM_ACTS, Answer
from tests.answers.inventory import ITEMS, TODAY, strings

LISTS = ("ticks", "steps", "points")
BOOK = load_book()
NOT_SAYABLE = re.compile(r"[^\u4e00-\u9fffA-Za-z，。、？！]")


@lru_cache(maxsize=len(ITEM_ACTS))
def answers(act: str) -> tuple[tuple[str, bool, Answer], ...]:
    return tuple(
        (item_id, rest, compose(item, act, TODAY, rest=rest))
        for item_id, item in ITEMS.items()
        for rest in (False, True)
    )


@lru_cache(maxsize=len(ITEMS))
def origin(item_id: str) -> Origin:
    return Origin(ITEMS[item_id])


@lru_cache(maxsize=len(NEEDED))
def pattern(key: str) -> re.Pattern[str]:
    template = re.escape(BOOK[key])
    for name in NEEDED[key]:
        template = template.replace(re.escape("{" + name + "}"), f"(?P<{name}>.+)")
    return re.compile(template)


def lines(answer: Answer, *kinds: str) -> list[str]:
    return [line for block in answer.blocks if not kinds or block.kind in kinds for line in block.lines]


def test_the_whole_inventory_is_there() -> None:
    assert len(ITEMS) >= 180


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_every_answer_has_the_same_shape(act: str) -> None:
    for item_id, rest, answer in answers(act):
        assert answer.blocks[0].kind == "lead", item_id
        assert 1 <= len(answer.blocks[0].lines[0]) <= 80, (item_id, answer.blocks[0])
        assert all(line.strip() for line in lines(answer)), item_id
        assert sum(block.kind in LISTS for block in answer.blocks) <= 1, item_id
        assert rest or len(lines(answer, *LISTS)) <= LINES, item_id
        assert answer.blocks[-1].kind == "state", item_id
        assert answer.citations, item_id
        assert answer.item_id == item_id
        assert answer.item_version == 1


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_two_or_three_next_questions_each_once(act: str) -> None:
    for item_id, _, answer in answers(act):
        asked = answer.quick_replies
        assert 2 <= len(asked) == len(set(asked)) <= 3, (item_id, asked)
        assert BOOK[f"ask.{act}"] not in asked, item_id
        assert all(len(question) <= 12 for question in asked), asked


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_nothing_is_lost_between_the_first_answer_and_the_rest(act: str) -> None:
    for item_id, item in ITEMS.items():
        first, rest = compose(item, act, TODAY), compose(item, act, TODAY, rest=True)
        left = sum(int(n) for line in lines(first, "more") for n in re.findall(r"\d+", line))
        both = set(lines(first, *LISTS)) | set(lines(rest, *LISTS))
        assert len(both) == len(lines(first, *LISTS)) + left, item_id
        assert not lines(rest, "more"), item_id


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_chat_text_is_one_message_of_plain_lines(act: str) -> None:
    for item_id, _, answer in answers(act):
        text = to_reply(answer, "wechat").text
        assert "\n\n" not in text, item_id
        assert text == text.strip()
        assert all(line in text for line in lines(answer)), item_id


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_spoken_lines_hold_nothing_that_cannot_be_said(act: str) -> None:
    for item_id, _, answer in answers(act):
        whole, short = to_spoken(answer, full=True), to_spoken(answer)
        assert not NOT_SAYABLE.findall(whole), (item_id, NOT_SAYABLE.findall(whole), whole)
        assert "，，" not in whole, item_id
        assert "、，" not in whole, item_id
        assert short, item_id
        assert whole.startswith(short), item_id
        assert len(short) <= max(LONG, whole.index("。") + 1), item_id


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_cards_hold_every_line(act: str) -> None:
    for item_id, _, answer in answers(act):
        said = "\n".join(strings({k: v for k, v in to_card(answer).items() if k not in ("sources", "next")}))
        assert all(line in said for line in lines(answer) if line not in lines(answer, "source")), item_id


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_every_line_comes_from_the_item_or_the_phrase_book(act: str) -> None:
    for item_id, _, answer in answers(act):
        known = origin(item_id)
        for line in lines(answer):
            assert known.has(line), (item_id, line)


def test_no_invented_line_would_pass() -> None:
    known = Origin(ITEMS["residence.permit.apply"])
    assert not known.has("一般3个工作日出证")
    assert not known.has("费用：20元")
    assert not known.has("打12399问办到哪一步了")


class Origin:
    """Where a line of one item's answers may come from."""

    def __init__(self, item: dict[str, Any]) -> None:
        texts = strings(item)
        dates = [say_date(text) for text in texts if re.fullmatch(r"\d{4}(-\d\d){0,2}", text)]
        names = [BOOK[key] for key in BOOK if key.startswith("hotline.")]
        counts = [str(n) for n in range(1, 40)]
        self._amounts = set(named_amounts(item, TODAY))
        self._texts = "\n".join([*texts, *dates, *names, "12345"])
        self._exact = set(counts)
        self._whole = {line for source in item["sources"] for line in _source_lines(source)}

    def has(self, line: str) -> bool:
        whole = self._amounts | self._whole
        return line in whole or line in self._texts or any(self._fits(key, line) for key in NEEDED)

    def _fits(self, key: str, line: str) -> bool:
        if key.startswith(("amount.remarked", "amount.line", "source_line", "basis")):
            return False
        found = pattern(key).fullmatch(line)
        return found is not None and all(self._known(name, said) for name, said in found.groupdict().items())

    def _known(self, name: str, said: str) -> bool:
        if name == "count":
            return said in self._exact
        if name in ("phone", "other"):
            return said in self._texts and re.search(r"\d{3}", said) is not None
        return said in self._exact or said in self._texts


def _source_lines(source: dict[str, Any]) -> list[str]:
    """Every sentence of the phrase book about this document, filled in from its own fields."""
    since = say_date(source["effective_from"])
    titles = (source["title"], f"《{source['title']}》")
    values = [{"title": title, "doc_no": source["doc_no"], "since": since} for title in titles]
    keys = [key for key in NEEDED if key.startswith(("source_line", "basis"))]
    return [BOOK[key].format(**v) for v in values for key in keys if all(v[name] for name in NEEDED[key])]
