"""In: an item, what was asked about it, a day. Out: the line to say, the checklist to send, their sources. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from bot.answers.chat import to_reply
from bot.answers.compose import compose
from bot.answers.phrases import phrase
from bot.answers.spoken import speak, to_spoken
from bot.answers.verdict import settled
from bot.messages import Answer

MOST_SAID = 90
"""Characters: twenty seconds of speech, what a caller keeps in mind; as much as voice self-service says at once."""
Data = Mapping[str, Any]


def answer_of(item: Data, act: str, day: date, assessment: Data | None) -> Answer:
    """The answer behind a card: the verdict once it is settled, else the part that was asked for."""
    if act == "check_eligibility" and assessment is not None and assessment["status"] != "undetermined":
        return settled(assessment, item, (), day)
    return compose(item, act, day)


def line_to_say(answer: Answer, assessment: Data | None, act: str) -> str:
    """One spoken line: the next question while a verdict is open, else the answer's beginning."""
    if act == "check_eligibility" and assessment is not None and assessment["next_question"]:
        return shortened(f"{speak(assessment['next_question']['text'])}？".replace("？？", "？"))
    return shortened(to_spoken(answer))


def shortened(line: str) -> str:
    """At most MOST_SAID characters, cut where one pauses.

    >>> len(shortened("很长的话，" * 60)) <= MOST_SAID, shortened("可以。")
    (True, '可以。')
    """
    if len(line) <= MOST_SAID:
        return line
    cut = line[:MOST_SAID]
    whole = cut.rfind("。")
    if whole > MOST_SAID // 3:
        return cut[: whole + 1]
    pause = max(cut[:-1].rfind("，"), cut[:-1].rfind("、"))
    return (cut[:pause] if pause > 0 else cut[:-1]) + "。"


def card(item: Data, answer: Answer, say: str, score: float, act: str) -> dict[str, Any]:
    """An item as the screens get it, without its marks."""
    return {
        "item_id": item["id"], "name": item["name"], "topic": item["topic"], "act": act, "score": score, "say": say,
        "citations": [asdict(citation) for citation in answer.citations], "verification": answer.verification,
        "version": item.get("version"),
    }  # fmt: skip


def checklist(item: Data, day: date) -> dict[str, Any]:
    """What the caller can be sent: all there is to bring and where, as a text message."""
    parts = [to_reply(_whole(item, act, day), "hotline").text for act in ("ask_materials", "ask_place")]
    lines = [line for part in parts for line in part.splitlines()]
    text = "\n".join([phrase("call.checklist", name=item["name"]), *dict.fromkeys(lines)])
    return {"item_id": item["id"], "text": re.sub(r"\n{2,}", "\n", text)}


def _whole(item: Data, act: str, day: date) -> Answer:
    """The answer with every line: nobody can ask a text message for more."""
    answer = compose(item, act, day)
    if all(block.kind != "more" for block in answer.blocks):
        return answer
    rest = compose(item, act, day, rest=True).blocks[1]
    lines = {block.kind: (*block.lines, *rest.lines) for block in answer.blocks if block.kind == rest.kind}
    lines |= {"steps": rest.lines}  # steps come whole, so that their numbers stay right
    blocks = (replace(b, lines=lines.get(b.kind, b.lines)) for b in answer.blocks if b.kind != "more")
    return replace(answer, blocks=tuple(blocks))
