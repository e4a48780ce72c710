"""In: an Answer. Out: short sentences to be read aloud by an agent or a voice: no digits, no brackets, no marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.answers.say_numbers import say_numbers
from bot.messages import Answer

LONG = 120
"""Characters a listener keeps in mind; more only when all was asked for."""
_SAID = ("lead", "ticks", "steps", "points", "note", "contact")
_SMOOTH = str.maketrans({
    "（": "，", "）": "，", "(": "，", ")": "，", "〔": "，", "〕": "，", "[": "，", "]": "，", "【": "，", "】": "，",
    "《": "", "》": "", "“": "", "”": "", '"': "", "‘": "", "’": "", "；": "，", ";": "，", "：": "，", ":": "，",
    "／": "、", "/": "、", "→": "，再", "＋": "加", "+": "加", "＝": "等于", "=": "等于", "×": "乘", "÷": "除以",
    "—": "，", "–": "，", "-": "，", "～": "到", "~": "到", "·": "，", "■": "", "□": "", "•": "", "…": "",
    "\n": "，", " ": "", "　": "", "_": "", "*": "", "#": "", "&": "和",
    "≥": "不低于", "≤": "不超过", "≠": "不等于", "－": "减",
    "℃": "度", "<": "少于", ">": "多于",
})  # fmt: skip
_ASIDE = re.compile(r"（[^（）\d]{1,4}）(?=[^，。；、])")
"""A short aside in the middle ("劳动（工作）合同") only confuses the ear."""
_BEFORE_TAIL = re.compile(r"（([^（）]*)）(?=[后前的内时、])")
"""No pause before a particle: "满半年（或连缴6个月）后" → "满半年，或连缴6个月后"."""
_DOUBLED = re.compile(r"，、|、，")
_CIRCLED = {sign: f"第{word}，" for sign, word in zip("①②③④⑤⑥⑦⑧⑨", "一二三四五六七八九", strict=True)}


def to_spoken(answer: Answer, *, full: bool = False) -> str:
    """What to say on the telephone.

    Args:
        answer: what to tell.
        full: True for everything; else whole sentences up to LONG characters, the lead always.
    """
    said = ""
    for line in _sentences(answer):
        if said and not full and len(said) + len(line) > LONG:
            break
        said += line
    return said


def _sentences(answer: Answer) -> Iterator[str]:
    for block in answer.blocks:
        if block.kind not in _SAID:
            continue
        for place, line in enumerate(block.lines, start=1):
            ordinal = f"第{say_numbers(str(place))}，" if block.kind == "steps" else ""
            if spoken := speak(line):
                yield f"{ordinal}{spoken}。"


def speak(line: str) -> str:
    """One line as it is said.

    >>> speak("打12333（人社热线）")
    '打幺二三三三，人社热线'
    >>> speak("第1到12个月：每月2340元（2026年7月起）")
    '第一到十二个月，每月两千三百四十元，二零二六年七月起'
    """
    for sign, word in _CIRCLED.items():
        line = line.replace(sign, word)
    line = _BEFORE_TAIL.sub(r"，\1", _ASIDE.sub("", line))
    smooth = say_numbers(line).translate(_SMOOTH)
    pieces = [piece for piece in smooth.replace("。", "，").split("，") if piece]
    return _DOUBLED.sub("、", "，".join(pieces))
