"""In: cases. Out: the rows of a file, without contacts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.cases.models import KIND_NAMES, STATE_NAMES, Case

HEAD = ("工单号", "类别", "事项", "内容", "渠道", "状态", "部门", "经办", "登记时间", "应办结", "是否办成", "并到")


def rows(cases: Iterable[Case]) -> list[Sequence[str]]:
    """One row a case, in the order of HEAD."""
    solved = {True: "办成了", False: "没办成", None: ""}
    return [
        (c.number, KIND_NAMES[c.kind], c.item_id, c.text, c.channel, STATE_NAMES[c.state], c.department, c.owner,
         f"{c.opened_at:%Y-%m-%d %H:%M}", c.due.isoformat(), solved[c.solved], c.merged_into)
        for c in cases
    ]  # fmt: skip
