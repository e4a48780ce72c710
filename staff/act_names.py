"""In: nothing. Out: what acts, channels and kinds of evidence are called on a page; a test finds what is missing."""

from __future__ import annotations

ACT_NAMES: dict[str, str] = {
    "ask_overview": "这是什么", "ask_conditions": "要什么条件", "ask_materials": "要带什么",
    "ask_procedure": "怎么办理",
    "ask_place": "在哪办", "ask_time": "什么时候、多久", "ask_cost": "要花钱吗", "ask_amount": "能拿多少、几分",
    "ask_contact": "电话", "ask_basis": "依据哪份文件", "check_eligibility": "我能不能办",
    "report_problem": "出了问题找谁", "check_progress": "办到哪一步", "find_place": "最近的在哪",
    "request_human": "找人工", "inform": "说自己的情况", "affirm": "是", "deny": "不是", "correct": "更正",
    "greet": "打招呼", "thanks": "道谢", "goodbye": "告别", "repeat": "再说一遍", "restart": "从头来",
    "capabilities": "你会什么", "out_of_scope": "不归我们管",
}  # fmt: skip
"""The words of docs/glossary.md."""
CHANNEL_NAMES = {"web": "网页", "wechat": "微信", "hotline": "热线", "staff": "后台"}
_WRITTEN = {
    "name_meaning": "名称意思", "name_spelling": "名称写法", "name_sound": "名称读音", "name_inside": "名称在句里",
    "name_alone": "只说了名称",
    "passage_meaning": "内容意思", "passage_words": "内容用词",
}  # fmt: skip
EVIDENCE_KINDS: dict[str, str] = {
    "model": "学过的", "like_meaning": "像例句的意思", "like_spelling": "像例句的写法", "like_sound": "像例句的读音",
    **_WRITTEN, "act": "常这样问", "new": "新事项", **{f"new_{kind}": f"新·{name}" for kind, name in _WRITTEN.items()},
    "none": "没有说事项", "none_length": "句子长短",
}  # fmt: skip
"""Names of the kinds of bot/understanding/evidence.py."""
