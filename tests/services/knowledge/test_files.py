"""In: folders of YAML, right and broken. Out: every item, or every mistake at once; YAML that reads back the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import DataError
from bot.settings import ROOT
from services.knowledge.files import dump_items, load_item_file, load_items, plain
from services.knowledge.models import TOPICS, Item
from services.knowledge.text_types import PartialDate
from services.knowledge.units import Unit
from services.knowledge.yaml_text import dump_yaml, parse_yaml
from tests.services.knowledge.inventory_samples import item, item_data, write_policy

POLICY = ROOT / "policy"
KNOWN_IDS = (Path(__file__).parent / "item_ids.txt").read_text(encoding="utf-8").split()


def mistakes(folder: Path) -> str:
    """What the clerk reads about a broken folder."""
    with pytest.raises(DataError) as caught:
        load_items(folder)
    return caught.value.sentence


def test_the_inventory_holds_exactly_the_known_items() -> None:
    assert sorted(one.id for one in load_items(POLICY)) == KNOWN_IDS
    assert len(KNOWN_IDS) == 180


def test_every_item_says_what_it_is_and_where_it_comes_from() -> None:
    for one in load_items(POLICY):
        assert one.summary
        assert one.aliases, one.id
        assert one.conditions, one.id
        assert one.steps or one.notes, one.id
        assert one.verification.state == "unverified", one.id


def test_written_files_are_in_the_form_that_is_written() -> None:
    for topic in TOPICS:
        path = POLICY / f"{topic}.yml"
        assert path.read_text(encoding="utf-8") == dump_items(load_item_file(path)), topic


def test_the_keys_of_an_item_stand_in_the_order_of_the_model() -> None:
    data = plain(item(clerk_notes=["x"], valid_for="2026", when="白天", time_limit="5天"))
    order = list(Item.__fields__)
    assert [order.index(key) for key in data] == sorted(order.index(key) for key in data)
    assert list(data)[:4] == ["id", "topic", "name", "summary"]


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = write_policy(
        tmp_path / "policy",
        housing=dump_yaml([item_data(summary=None)]),
        labour=dump_yaml([item_data(id="labour.x", topic="labour", phone=12333)]),
        health="- id: a\n  name: b: c\n",
    )
    (folder / "venue.yml").unlink()
    (folder / "hosing.yml").write_text("[]", encoding="utf-8")
    sentence = mistakes(folder)
    assert "policy/housing.yml · housing.test_room：没有写一句话说明" in sentence
    assert "policy/labour.yml · labour.x · 咨询方式：12333 被当成了数字" in sentence
    assert "policy/health.yml 第2行：格式不对" in sentence
    assert "policy/venue.yml：缺这个文件" in sentence
    assert "policy/hosing.yml：没有这个主题" in sentence


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("- id: a.b\n  name: x\n  name: y\n", "第3行：“name”写了两遍"),
        ("- id: a.b\n\tname: x\n", "第2行：用了制表符（Tab）"),
        ("- &x {a: 1}\n- *x\n", "第1行：不能用 & 和 *"),
        ("- " * 40 + "a\n", "缩进套得太深"),
        ("[" * 100_000, "缩进套得太深"),
        ("- {a: [1, 2\n", "格式不对"),
        ("id: a.b\n", "要一个事项一个事项地写"),
        ("- 文字\n", "第1个事项：要写成“名称: 内容”"),
        ("", "要一个事项一个事项地写"),
        ("- id: a\n  name: \x00\n", "看不见的特殊字符"),
        ("- !!python/object/apply:os.system ['true']\n", "第1行：格式不对"),
    ],
)
def test_broken_yaml_is_explained_with_its_line(tmp_path: Path, text: str, part: str) -> None:
    sentence = mistakes(write_policy(tmp_path / "policy", housing=text))
    assert sentence.startswith("policy/housing.yml")
    assert part in sentence


def test_a_file_in_another_encoding_is_explained(tmp_path: Path) -> None:
    folder = write_policy(tmp_path / "policy")
    (folder / "housing.yml").write_bytes("- id: a\n  name: 公租房\n".encode("gbk"))
    assert "policy/housing.yml 第2行：不是 UTF-8 编码" in mistakes(folder)


def test_a_byte_order_mark_from_an_editor_does_no_harm(tmp_path: Path) -> None:
    folder = write_policy(tmp_path / "policy")
    path = folder / "housing.yml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(load_items(folder)) == len(TOPICS)


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "housing.yml"
    path.write_bytes(b"#" * 4_000_001)
    with pytest.raises(DataError, match="太大"):
        load_item_file(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="读不到这个文件"):
        load_item_file(tmp_path / "housing.yml")


def test_an_id_may_stand_once_in_all_files(tmp_path: Path) -> None:
    twice = item_data(id="labour.test_room", topic="housing")
    sentence = mistakes(write_policy(tmp_path / "policy", housing=dump_yaml([twice])))
    assert "labour.test_room · 事项编码：和 " in sentence


def test_an_item_stands_in_the_file_of_its_topic(tmp_path: Path) -> None:
    sentence = mistakes(write_policy(tmp_path / "policy", labour=dump_yaml([item_data()])))
    assert "主题分类：写的是 housing，应该是 labour" in sentence


@pytest.mark.parametrize("text", ["8:30", "2026-01-01", "yes", "on", "012345", "1e3", "0x1F", "1_000", "<<", "="])
def test_text_stays_text(text: str) -> None:
    assert parse_yaml(f"a: {text}\n", "x") == {"a": text}


LINES = st.text(min_size=1, max_size=30).map(str.strip).filter(lambda text: _is_line(text))


def _is_line(text: str) -> bool:
    try:
        item(name=text)
    except ValueError:
        return False
    return True


DATES = (st.dates().map(str) | st.integers(1000, 9999).map(str)).map(PartialDate)
NUMBERS = st.builds(
    lambda value, unit, note: {"value": value, "unit": unit.value} | ({"note": note} if note else {}),
    st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([unit for unit in Unit if unit is not Unit.DATE]),
    st.none() | LINES,
)


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(LINES, max_size=4, unique=True),
    numbers=st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), NUMBERS, max_size=3),
    issued=DATES,
    text=LINES,
)
def test_yaml_of_an_item_reads_back_the_same(
    lines: list[str], numbers: dict[str, object], issued: PartialDate, text: str
) -> None:
    written = item(
        name=text,
        aliases=lines,
        notes=lines,
        clerk_notes=lines,
        numbers=numbers,
        sources=[{"ref": "s1", "title": text, "issued": issued}],
        verification={"state": "verified", "by": text, "on": "2026-01-01", "source": text},
    )
    read = parse_yaml(dump_items([written, written]), "x")
    assert [Item(**entry) for entry in read] == [written, written]
