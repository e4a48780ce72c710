"""In: where a person is (coordinates or words) and what they look for. Out: the nearest places. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from bot.errors import BadInput, FieldError, NotFound
from services.knowledge.reference_files import load_subdistricts, load_venue_kinds
from services.knowledge.reference_models import Subdistrict, VenueKind
from services.knowledge.spelling import sound
from services.knowledge.words import squeeze
from services.places.models import Place

EARTH_M = 6_371_000
DETOUR = 1.3
"""Streets are longer than the straight line by about this factor."""
WALK_M_PER_MIN = 75
"""4.5 km/h."""
FARTHEST_M = 60_000
"""Nobody asks for the nearest venue in Minhang from farther away than this."""
_LINES = re.compile(r"[(（].*[)）]$")
_ENDING = re.compile(r"(镇|街道)$")

Point = tuple[float, float]
"""Degrees north, degrees east (WGS84)."""


def haversine_m(a: Point, b: Point) -> float:
    """Metres between two points along the great circle.

    >>> round(haversine_m((31.112, 121.377), (31.154, 121.352)))
    5241
    """
    lat_a, lat_b = radians(a[0]), radians(b[0])
    half = sin((lat_b - lat_a) / 2) ** 2
    half += cos(lat_a) * cos(lat_b) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(half))


def walking_minutes(distance_m: float) -> int:
    """Minutes on foot for a straight-line distance.

    >>> walking_minutes(750)
    13
    """
    return round(distance_m * DETOUR / WALK_M_PER_MIN)


class PlaceBook:
    """All sub-districts and kinds, and the names that lead to them.

    Args:
        areas: sub-districts.
        kinds: kinds of venues.
    """

    def __init__(self, areas: Iterable[Subdistrict], kinds: Iterable[VenueKind]) -> None:
        self.areas = tuple(areas)
        self.kinds = tuple(kind for kind in kinds if kind.level != "concept")  # a concept has no door
        self._kinds = {squeeze(name): kind for kind in self.kinds for name in _kind_names(kind)}
        self._names: dict[str, list[Subdistrict]] = {}
        for names in (_own_names, _landmarks):
            self._names = {**_by_name(self.areas, names), **self._names}
        self._sounds: dict[str, list[Subdistrict]] = defaultdict(list)
        for name, found in self._names.items():
            self._sounds[sound(name)].extend(found)

    def nearest_to(self, point: Point, kind: str | None = None, limit: int = 3) -> list[Place]:
        """The nearest places from coordinates.

        Raises:
            BadInput: not coordinates, too far from Minhang, or an unknown kind.
        """
        lat, lon = point
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise _wrong("lat", "经纬度不对")
        if min(haversine_m(point, (area.lat, area.lon)) for area in self.areas) > FARTHEST_M:
            raise _wrong("lat", "这个位置离闵行太远了")
        return self._around([point], kind, limit)

    def near(self, words: str, kind: str | None = None, limit: int = 3) -> list[Place]:
        """The nearest places from a sub-district, landmark or metro station that the words name.

        Raises:
            NotFound: the words name no place we know.
            BadInput: an unknown kind.
        """
        found = self.find(words)
        if not found:
            raise NotFound(f"没找到“{words.strip()[:20]}”。请说街道、镇的名字，或者附近的地铁站。")
        return self._around([(area.lat, area.lon) for area in found], kind, limit)

    def find(self, words: str) -> tuple[Subdistrict, ...]:
        """The sub-districts that words name; the longest name in them wins, then what sounds the same."""
        text = squeeze(words)
        exact = self._names.get(text) or self._sounds.get(sound(text))
        if exact:
            return tuple(exact)
        inside = [name for name in self._names if name in text]
        return tuple(self._names[max(inside, key=len)]) if inside else ()

    def kind(self, word: str) -> VenueKind:
        """A kind by id, name or everyday name, or the longest of these in a sentence.

        Raises:
            BadInput: no such kind.
        """
        text = squeeze(word)
        inside = [name for name in self._kinds if name in text]
        found = self._kinds[max(inside, key=len)] if inside else None
        if found is None:
            raise _wrong("kind", "没有这一类地点，可以是 " + "、".join(kind.kind for kind in self.kinds))
        return found

    def _around(self, points: Sequence[Point], kind: str | None, limit: int) -> list[Place]:
        """What is nearest first; the district's own venues count once, last when nobody knows where they are."""
        kinds = (self.kind(kind),) if kind else self.kinds
        distance = {a.name: min(haversine_m(p, (a.lat, a.lon)) for p in points) for a in self.areas}
        found = [
            _place(one, area, distance[area.name] if area else None)
            for one in kinds
            for area in (self._seat_of(one) if one.level == "district" else self.areas)
        ]
        far = float("inf")
        found.sort(key=lambda place: far if place.distance_m is None else place.distance_m)
        return found[:limit]

    def _seat_of(self, kind: VenueKind) -> tuple[Subdistrict | None]:
        """Where the district's only venue of a kind is, as far as its address tells."""
        named = [area for area in self.areas if kind.address and kind.address.startswith(area.name)]
        return (named[0] if named else None,)


def load_book(folder: Path) -> PlaceBook:
    """The place book of a folder like places/.

    Raises:
        DataError: with one sentence for every error of its files.
    """
    return PlaceBook(load_subdistricts(folder), load_venue_kinds(folder))


def _place(kind: VenueKind, area: Subdistrict | None, distance_m: float | None) -> Place:
    return Place(
        name=kind.official_name if kind.level == "district" or area is None else area.name + kind.name,
        kind=kind.kind,
        subdistrict=area.name if area else None,
        distance_m=None if distance_m is None else round(distance_m),
        walking_minutes=None if distance_m is None else walking_minutes(distance_m),
        address=kind.address,
        hours=kind.hours,
        phone=kind.phone,
        how_to_find=kind.find,
        what=kind.what,
    )


def _by_name(
    areas: Iterable[Subdistrict], names: Callable[[Subdistrict], Iterable[str]]
) -> dict[str, list[Subdistrict]]:
    found: dict[str, list[Subdistrict]] = defaultdict(list)
    for area in areas:
        for name in dict.fromkeys(names(area)):
            found[name].append(area)
    return found


def _own_names(area: Subdistrict) -> Iterable[str]:
    """Its names. They go before landmarks: "莘庄" is the town, though a station of the zone is called so too."""
    return map(squeeze, (area.name, _ENDING.sub("", area.name)))


def _landmarks(area: Subdistrict) -> Iterable[str]:
    """What lies in it; a station also as "…站" and "…地铁站"."""
    yield from map(squeeze, area.near)
    for station in area.metro:
        bare = _LINES.sub("", station)
        yield from (squeeze(bare + ending) for ending in ("", "站", "地铁站"))


def _kind_names(kind: VenueKind) -> Iterable[str]:
    return (kind.kind, kind.name, kind.official_name, *kind.aliases)


def _wrong(field: str, message: str) -> BadInput:
    return BadInput(message + "。", (FieldError(field, message),))
