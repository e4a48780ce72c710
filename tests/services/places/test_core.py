"""Nearest places: from coordinates and from what people say; nothing is made up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput, NotFound
from bot.settings import ROOT
from services.places.core import PlaceBook, haversine_m, load_book, walking_minutes

CENTER = "community_affairs_center"


@pytest.fixture(scope="module")
def book() -> PlaceBook:
    return load_book(ROOT / "places")


@pytest.mark.parametrize(
    ("words", "area"),
    [
        ("莘庄", "莘庄镇"),
        ("莘庄镇", "莘庄镇"),
        ("莘庄工业区", "莘庄工业区"),
        ("我在莘庄地铁站旁边", "莘庄镇"),
        ("七寶", "七宝镇"),
        ("qibao", "七宝镇"),
        ("七保", "七宝镇"),
        ("颛桥", "颛桥镇"),
        ("浦江", "浦江镇"),
        ("江川路站", "江川路街道"),
        ("老闵行那边", "江川路街道"),
        ("交大闵行校区", "江川路街道"),
        ("虹桥火车站", "新虹街道"),
        ("古美", "古美路街道"),
    ],
)
def test_people_say_where_they_are_in_many_ways(book: PlaceBook, words: str, area: str) -> None:
    assert area in [found.name for found in book.find(words)]
    assert book.near(words, CENTER, 14)[0].distance_m == 0


def test_the_town_goes_before_the_station_of_the_same_name(book: PlaceBook) -> None:
    assert [area.name for area in book.find("莘庄")] == ["莘庄镇"]


def test_a_station_between_two_towns_leads_to_both(book: PlaceBook) -> None:
    assert {area.name for area in book.find("春申路地铁站")} == {"莘庄镇", "梅陇镇"}


@pytest.mark.parametrize("words", ["火星", "", "？", "北京天安门", "x" * 500])
def test_an_unknown_place_is_not_found(book: PlaceBook, words: str) -> None:
    with pytest.raises(NotFound, match="没找到"):
        book.near(words)


@pytest.mark.parametrize("kind", [CENTER, "受理中心", "社区事务受理服务中心", " 受理中心 "])
def test_a_kind_by_any_of_its_names(book: PlaceBook, kind: str) -> None:
    assert {place.kind for place in book.near("七宝", kind)} == {CENTER}


@pytest.mark.parametrize("kind", ["nope", "15分钟社区生活圈", "fifteen_minute_circle"])
def test_what_has_no_door_is_no_kind(book: PlaceBook, kind: str) -> None:
    with pytest.raises(BadInput) as caught:
        book.near("七宝", kind)
    assert caught.value.fields[0].field == "kind"


def test_only_what_the_inventory_knows_is_told(book: PlaceBook) -> None:
    for place in book.near("七宝", limit=50):
        if place.kind != "legal_aid_center":
            assert (place.address, place.phone) == (None, None)
        assert (place.verification, place.approximate) == ("unverified", True)
        assert place.how_to_find
    aid = book.near("七宝", "法援中心")[0]
    assert (aid.subdistrict, aid.phone) == ("莘庄镇", "64985020")


def test_a_district_venue_without_address_has_no_distance(book: PlaceBook) -> None:
    (place,) = book.near("七宝", "劳动仲裁")
    assert (place.subdistrict, place.distance_m, place.walking_minutes) == (None, None, None)


@settings(max_examples=60, deadline=None)
@given(lat=st.floats(30.95, 31.3), lon=st.floats(121.2, 121.6), limit=st.integers(1, 50))
def test_nearest_comes_first(book: PlaceBook, lat: float, lon: float, limit: int) -> None:
    distances = [place.distance_m for place in book.nearest_to((lat, lon), CENTER, limit)]
    known = [d for d in distances if d is not None]
    assert known == sorted(known)
    assert len(known) == min(limit, 14)


def test_the_seat_itself_is_nearest_to_itself(book: PlaceBook) -> None:
    for area in book.areas:
        place = book.nearest_to((area.lat, area.lon), CENTER, 1)[0]
        assert (place.subdistrict, place.distance_m, place.walking_minutes) == (area.name, 0, 0)


@pytest.mark.parametrize("point", [(91.0, 121.0), (31.1, 181.0), (39.9, 116.4), (0.0, 0.0), (121.4, 31.1)])
def test_points_that_cannot_be_meant_are_refused(book: PlaceBook, point: tuple[float, float]) -> None:
    with pytest.raises(BadInput):
        book.nearest_to(point)


def test_known_distances() -> None:
    assert haversine_m((31.112, 121.377), (31.112, 121.377)) == 0
    beijing_shanghai = haversine_m((39.9042, 116.4074), (31.2304, 121.4737))
    assert beijing_shanghai == pytest.approx(1_067_000, rel=0.005)
    assert walking_minutes(0) == 0
    assert walking_minutes(1000) == 17
