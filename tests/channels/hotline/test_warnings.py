"""What is warned of, and what only sounds like it."""

from __future__ import annotations

import pytest

from bot.channels.hotline.assist.contradiction import contradicted
from bot.channels.hotline.assist.mind import Mind, Warned
from bot.channels.hotline.assist.warnings import alert_in, collective, minor_at_work, with_warnings
from bot.messages import Alert, Understood

ITEM = {
    "id": "a.b", "name": "某证办理", "fee": "工本费20元", "time_limit": "受理后20个工作日办结，遇补正顺延15天",
    "conditions": [{"text": "社保连续缴满6个月"}], "notes": ["一年签注一次，每次30天内办"],
    "numbers": {"months": {"value": 6, "unit": "个月"}, "points": {"value": 120, "unit": "分"}},
    "sources": [{"title": "2019年99号文，收费50元"}],
}  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "审核要三十个工作日办好", "办这个要交工本费五十元", "社保要满十个月", "至少要达到一百分", "工本费是10块钱",
        "材料齐了,四十天能拿证",
    ],
)  # fmt: skip
def test_a_figure_that_stands_nowhere_in_the_item(sentence: str) -> None:
    warned = contradicted(sentence, ITEM, (), 7)
    assert warned is not None
    assert (warned.kind, warned.item_id, warned.segment_id) == ("contradiction", "a.b", 7)


@pytest.mark.parametrize(
    "sentence",
    [
        "审核要二十个工作日办好", "工本费二十块", "社保要满半年", "要达到120分", "您刚才说交了十个月",
        "您社保交了十个月",
        "要三十个工作日办好吗", "您过十天再打来", "如果要满十个月您再来", "您今年五十岁了", "大概十几个工作日办好",
        "我三十天以前办好的", "一年要签注一次", "您好很高兴为您服务", "请打幺二三三三", "孩子满八岁了吧", "要等一会儿",
        "补正要等十五天", "还差四个月就满了",
    ],
)  # fmt: skip
def test_what_an_agent_may_say(sentence: str) -> None:
    assert contradicted(sentence, ITEM, (), 7) is None


def test_a_figure_of_the_callers_own_may_be_repeated() -> None:
    assert contradicted("社保要满十个月", ITEM, (10.0,), 7) is None
    assert contradicted("社保要满十个月", {**ITEM, "numbers": None}, (), 7) is None


@pytest.mark.parametrize(
    ("text", "recent"),
    [
        ("我们工地二十多个人工资都没发", []), ("整个车间都没拿到工资", []),
        ("十几个工友跟我一样", ["老板拖欠我们工资"]),
        ("老板跑了工资没给", ["我们有三十个工人"]), ("欠薪,一共八个人", []),
        ("我们一共三十几个人的钱都没给", ["包工头跑了"]),
    ],
)  # fmt: skip
def test_many_unpaid_workers(text: str, recent: list[str]) -> None:
    assert collective(text, recent)


@pytest.mark.parametrize(
    ("text", "recent"),
    [
        ("我工资没发", []), ("两个工友可以作证", ["老板欠我工资"]), ("公司有两百个人,我想问社保", []),
        ("我们家五口人想办居住证", ["工资八千"]), ("厂里三百人工资怎么交个税", []), ("我工资五千,五个月没发", []),
        ("六个月了", ["老板不给工资"]), ("一百多个", ["老板不给工资"]),
    ],
)  # fmt: skip
def test_not_many_or_not_unpaid(text: str, recent: list[str]) -> None:
    assert not collective(text, recent)


def test_how_many_is_an_answer_to_how_many_people() -> None:
    assert collective("一百多个", ["工资欠了我们两个月"], "一共多少人")
    assert not collective("三个", ["工资欠了我们两个月"], "一共多少人")
    assert not collective("六个月", ["工资欠了我们两个月"], "欠了几个月")


@pytest.mark.parametrize(
    "text",
    [
        "我今年十七了想来上海打工",
        "我十五岁在厂里打工",
        "他才16岁就进厂了",
        "厂里用童工",
        "没满十八岁能进厂上班不",
        "弟弟十四岁在饭店当服务员",
    ],
)
def test_a_child_at_work(text: str) -> None:
    assert minor_at_work(text)


@pytest.mark.parametrize(
    "text",
    [
        "孩子15岁要上学,我在这上班", "我孩子十五岁我在上班", "我18岁打工", "我四十五岁在工地干活", "我打工十五年了",
        "我女儿今年十五在老家读书我在上海打工", "我今年十月份来上海上班的", "今年十五号上班", "刚十天就上班了",
        "孩子三岁我工作居住证办好了", "儿子十六岁读中专", "孩子五岁打工子弟能上幼儿园不",
    ],
)  # fmt: skip
def test_no_child_at_work(text: str) -> None:
    assert not minor_at_work(text)


def test_a_child_at_work_in_two_utterances() -> None:
    assert minor_at_work("他在奶茶店上班", "我侄子才十五")
    assert minor_at_work("在厂里上班", "我今年十六岁")
    assert not minor_at_work("我在奶茶店上班", "我孩子才十五")
    assert not minor_at_work("他在奶茶店上班", "我侄子二十五岁")


@pytest.mark.parametrize(
    ("text", "alert", "sure", "meant"),
    [
        ("我不想活了", "suicide", True, "suicide"), ("我现在就站在楼顶上", "suicide", False, "suicide"),
        ("我现在就站在楼顶上", "suicide", True, None), ("他们说还可以去劳动仲裁", "forced_labour", False, None),
        ("我打了一天电话累死了都打不通", "forced_labour", False, None), ("你好", None, False, None),
        ("老板不让我们走天天看着", "forced_labour", False, "forced_labour"),
        ("你好我妈从老家过来跟我住的", "suicide", False, None), ("我租的房子昨天来人说要拆", "violence", False, None),
        ("我送外卖的昨天被车撞了", "violence", False, "serious_injury"), ("我老公打我", "violence", False, "violence"),
        ("我打工的地方", "violence", False, None), ("煤气味好大头晕", "fire", False, "fire"),
    ],
)  # fmt: skip
def test_danger_by_likeness_alone(text: str, alert: Alert | None, sure: bool, meant: Alert | None) -> None:
    heard = Understood(text, text, "inform", 0.9, None, 0.0, alert=alert)
    assert alert_in(heard, sure) == meant


def test_the_same_warning_comes_once_and_a_crisis_is_never_pushed_out() -> None:
    crisis = Warned("crisis", "马上打120。", 1)
    mind = with_warnings(Mind(), [crisis, crisis])
    for number in range(30):
        mind = with_warnings(mind, [Warned("contradiction", f"第{number}次", number, "a")])
    assert mind.warnings[0] == crisis
    assert len(mind.warnings) == 8
    assert mind.warnings[-1].text == "第29次"
