"""In: nothing. Out: the five roles; each may do what the one before it may, and more."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["reader", "agent", "editor", "approver", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""In rising order."""
NAMES: dict[Role, str] = {"reader": "查阅", "agent": "坐席", "editor": "编辑", "approver": "审核", "admin": "管理"}
MEANS: dict[Role, str] = {
    "reader": "查事项，看事项",
    "agent": "再加：接人工，办工单",
    "editor": "再加：改事项，核对，整理大家的问题",
    "approver": "再加：审核别人改的，发布，导入",
    "admin": "再加：管账号，看操作记录",
}


def may(role: Role, needed: Role) -> bool:
    """Whether a role includes another.

    >>> may("editor", "agent"), may("reader", "agent")
    (True, False)
    """
    return ROLES.index(role) >= ROLES.index(needed)


def role_of(text: str) -> Role | None:
    """The role of that name; None when there is none."""
    return text if text in ROLES else None
