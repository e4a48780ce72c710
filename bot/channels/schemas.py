"""In: the JSON of chat and understand requests. Out: checked values, or field errors in plain Chinese."""

from __future__ import annotations

import re
from datetime import date

from pydantic import BaseModel, Field, StrictStr, validator

from bot.messages import Channel

CONVERSATION_ID = re.compile(r"[A-Za-z0-9._:@-]{1,128}")
MOST_TEXTS = 200
"""Longest batch of texts to understand in one request."""
LONGEST_TEXT = 100_000
"""Longer texts are refused; shorter ones that are still too long to read get a kind answer."""


def parse_day(value: object) -> date:
    """A day written YYYY-MM-DD, between 2000 and 2100.

    Raises:
        ValueError: with a sentence for the person who wrote it.
    """
    try:
        # Only the written form: a number would silently be read as seconds since 1970.
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError("日期要写成 2026-09-01 这样。")
    if not date(2000, 1, 1) <= day <= date(2100, 12, 31):
        raise ValueError("日期要在 2000 年到 2100 年之间。")
    return day


class _Body(BaseModel):
    class Config:
        extra = "forbid"


class ChatRequest(_Body):
    """POST /api/v1/chat."""

    conversation_id: StrictStr = Field(..., description="Names the conversation; 1–128 of A–Z a–z 0–9 . _ : @ -")
    text: StrictStr = Field(..., max_length=LONGEST_TEXT, description="What the person wrote.")
    channel: Channel = Field("web", description="Where it came from.")
    as_of: date | None = Field(None, description="The day the question is asked for; today when left out.")

    @validator("conversation_id")
    def _well_named(cls, value: str) -> str:
        if not CONVERSATION_ID.fullmatch(value):
            raise ValueError("会话编号只能用字母、数字和 . _ : @ -，1 到 128 个。")
        return value

    @validator("as_of", pre=True)
    def _a_day(cls, value: object) -> date | None:
        return None if value is None else parse_day(value)


class UnderstandRequest(_Body):
    """POST /api/v1/understand."""

    text: StrictStr = Field(..., max_length=LONGEST_TEXT, description="The sentence.")
    channel: Channel = Field("web", description="Where it came from.")


class UnderstandBatchRequest(_Body):
    """POST /api/v1/understand/batch."""

    texts: list[StrictStr] = Field(..., max_items=MOST_TEXTS, description="The sentences.")
    channel: Channel = Field("web", description="Where they came from.")
