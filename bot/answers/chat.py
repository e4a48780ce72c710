"""In: an Answer. Out: a Reply of plain text for a chat window; no blank lines, so that it stays one message."""

from __future__ import annotations

from collections.abc import Iterator

from bot.messages import Answer, Block, Reply

_MARK = {"ticks": "□ ", "points": "· "}


def to_reply(answer: Answer, channel: str) -> Reply:
    """An answer as one message.

    Args:
        answer: what to say.
        channel: web, wechat, hotline or staff; all read the same plain text, quick replies travel beside it.
    """
    return Reply(
        text="\n".join(line for block in answer.blocks for line in _lines(block)),
        quick_replies=answer.quick_replies,
        item_id=answer.item_id,
        citations=answer.citations,
        verification=answer.verification,
        item_version=answer.item_version,
    )


def _lines(block: Block) -> Iterator[str]:
    if block.title:
        yield f"{block.title}："
    for place, line in enumerate(block.lines, start=1):
        yield f"{place}. {line}" if block.kind == "steps" else f"{_MARK.get(block.kind, '')}{line}"
