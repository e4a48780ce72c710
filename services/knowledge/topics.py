"""In: nothing. Out: what topics, regions and grades of confidence are called on a page."""

from __future__ import annotations

TOPIC_NAMES: dict[str, str] = {
    "residence": "居住证和登记", "points": "积分落户", "schooling": "孩子上学", "housing": "租房住房",
    "employment": "找工作和失业", "labour": "工资和劳动权益", "medical_insurance": "医保", "health": "看病和防疫",
    "family_planning": "生育", "training": "技能培训", "culture": "文化和体育", "venue": "办事地点",
}  # fmt: skip
"""Every topic, in the order of a menu."""
REGION_NAMES: dict[str, str] = {"national": "全国", "shanghai": "上海市", "minhang": "闵行区"}
CONFIDENCE_NAMES: dict[str, str] = {"high": "高", "medium": "中", "low": "低"}
EVIDENCE_NAMES: dict[str, str] = {
    "official_text": "看过原文", "secondary": "看过转述", "recollection": "一般了解",
}  # fmt: skip
