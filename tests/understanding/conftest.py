"""A small inventory, a small set of sentences and an encoder that needs no model, for tests of understanding."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest

from bot.understanding.corpus import Example, LinkItem
from bot.understanding.lexicon import read_lexicon
from bot.understanding.ngrams import Floats
from bot.understanding.pipeline import Understander
from bot.understanding.training import Trained, train

ITEMS = (
    LinkItem("residence.registration", "居住登记", ("来沪登记", "住址登记"), ("住进来后到社区事务受理服务中心登记。",)),
    LinkItem("residence.permit.apply", "居住证办理", ("居住证", "办居住证"), ("登记满半年可以申领居住证。",)),
    LinkItem("housing.fund.basics", "住房公积金", ("公积金", "公积金缴存"), ("单位和职工各交一半。",)),
    LinkItem("labour.wage_arrears", "拖欠工资", ("讨薪", "欠薪"), ("打12333或者到劳动监察投诉。",)),
)
SAID: dict[tuple[str, str | None], str] = {
    (
        "ask_materials",
        "residence.registration",
    ): "居住登记要带什么 登记住址带身份证吗 来沪登记需要哪些材料",
    ("ask_place", "residence.registration"): "居住登记去哪里 在哪登记住址 来沪登记在哪个窗口 登记的地方在哪",
    ("ask_materials", "residence.permit.apply"): "办居住证要带什么 居住证要哪些材料 申领居住证带什么 居住证要照片吗",
    ("ask_time", "residence.permit.apply"): "居住证多久办好 居住证几天拿到 办居住证要等多久 居住证哪天能取",
    ("ask_amount", "housing.fund.basics"): "公积金交多少 公积金比例是多少 公积金每月扣几个点 住房公积金最低交多少",
    ("report_problem", "housing.fund.basics"): "公司不给交公积金 单位没有公积金找谁 老板不交公积金 公积金停了没人管",
    ("report_problem", "labour.wage_arrears"): "老板欠我三个月工资 工资不发找谁 讨薪没人理 包工头跑了工资没给",
    ("ask_contact", "labour.wage_arrears"): "欠薪打什么电话 讨薪电话多少 拖欠工资打哪个号码 欠薪投诉热线",
    ("greet", None): "你好 在吗 您好呀 早上好",
    ("thanks", None): "谢谢 多谢了 谢谢你啊 感谢感谢",
    ("inform", None): "社保交了八个月 我是河南人 孩子六岁了 我在工地上班",
    ("ask_materials", None): "要带什么 那要哪些材料 材料呢 还要带啥",
    ("out_of_scope", None): "今天会下雨吗 讲个笑话 股票买哪个 晚饭吃什么",
}


def letters(texts: Sequence[str]) -> Floats:
    """Vectors of length 1 in which texts with the same characters and pairs lie near each other."""
    vectors = np.zeros((len(texts), 384), np.float32)
    for row, text in enumerate(texts):
        for piece in [*text, *(text[i : i + 2] for i in range(len(text) - 1))]:
            vectors[
                row, int.from_bytes(hashlib.sha256(piece.encode("utf-8", "replace")).digest()[:2], "big") % 384
            ] += 1
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    centred: Floats = vectors / np.maximum(lengths, 1e-6)
    return centred


def examples() -> list[Example]:
    """The sentences, with a few dangers."""
    said = [Example(text, act, item) for (act, item), texts in SAID.items() for text in texts.split()]
    danger = [Example(text, "danger", None, "suicide") for text in ("我不想活了", "活着没意思", "想跳楼", "死了算了")]
    return said + danger


@pytest.fixture(scope="session")
def trained() -> Trained:
    """A model over the small inventory."""
    return train(examples(), ITEMS, letters, "letters", read_lexicon(), say=lambda line: None)


@pytest.fixture
def understander(trained: Trained) -> Understander:
    """Station 2 over the small inventory."""
    return Understander(trained.model, ITEMS, letters, read_lexicon())
