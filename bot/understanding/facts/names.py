"""In: a sentence. Out: the places, certificates, insurances and organisations it names, by their usual names.

Matched by spaCy's phrase matcher over a Chinese pipeline whose words are single characters: a recogniser's text
has no reliable words, and one misplaced boundary would hide a name. The names come from files a clerk edits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import spacy
import yaml
from spacy.matcher import PhraseMatcher

from bot.messages import Entity
from bot.settings import ROOT
from bot.understanding.facts.spans import Span

SUBDISTRICTS = ROOT / "places" / "subdistricts.yml"
"""The 14 sub-districts with landmarks and metro stations."""
HUKOU_PLACES = ROOT / "lexicon" / "hukou_places.yml"
"""Provinces and their prefectures."""
OTHERS = Path(__file__).with_name("names.yml")
"""Certificates, insurances, organisations, other districts."""

_KIND_OF_TOWN = re.compile("(?:镇|路街道|街道)$")
_NOT_HOME_AFTER = re.compile("^(?:年|路|街|巴巴|大道|菜|面|拉面|桥|站|银行)")


@dataclass(frozen=True)
class Named:
    """Names found in one sentence."""

    places: list[Span]
    """Sub-districts (`place`) and provinces of home (`home`)."""
    others: list[Entity]
    """Certificates, insurances, organisations, other districts."""


class Names:
    """Finds names in sentences. Safe to share between threads once made.

    Args:
        names: by label ("place", "home", "certificate", …) and usual name, every way of saying it.
    """

    def __init__(self, names: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        self._nlp = spacy.blank("zh")
        self._matcher = PhraseMatcher(self._nlp.vocab)
        self._first = frozenset(
            word[0] for group in names.values() for usual, said in group.items() for word in (usual, *said)
        )
        for label, group in names.items():
            for usual, said in group.items():
                self._matcher.add(f"{label}|{usual}", [self._nlp.make_doc(word) for word in {usual, *said}])

    @classmethod
    def load(cls, subdistricts: Path = SUBDISTRICTS, hukou: Path = HUKOU_PLACES, others: Path = OTHERS) -> Names:
        """Names from the project's files."""
        home = {province: [province, *cities] for province, cities in _read(hukou).items() if province != "上海"}
        return cls(
            {
                "home": home,
                **_read(others),
                "subdistrict": _towns(yaml.load(subdistricts.read_text("utf-8"), yaml.CSafeLoader)),
            }
        )

    def find(self, text: str) -> Named:
        """All names in `text`; of two that overlap the longer is meant."""
        if self._first.isdisjoint(text):
            return Named([], [])
        doc = self._nlp.make_doc(text)
        spans = spacy.util.filter_spans(self._matcher(doc, as_spans=True))
        named = Named([], [])
        for found in sorted(spans, key=lambda span: span.start):
            start, end = found.start_char, found.end_char
            label, usual = found.label_.split("|")
            if label == "subdistrict":
                _add_town(named.places, Span("place", start, end, text=usual))
            elif label == "home":
                _add_home(named.places, Span("home", start, end, text=usual), text)
            else:
                named.others.append(Entity(label, usual, start, end))
        return named


def _add_town(places: list[Span], town: Span) -> None:
    """ "虹桥镇井亭" is one place."""
    before = places[-1] if places else None
    if before and (before.kind, before.text, before.end) == ("place", town.text, town.start):
        town = Span("place", places.pop().start, town.end, text=town.text)
    places.append(town)


def _add_home(places: list[Span], home: Span, text: str) -> None:
    """ "安徽阜阳" is one place; "上海的河南路" is no home."""
    if _NOT_HOME_AFTER.match(text[home.end : home.end + 2]):
        return
    before = places[-1] if places else None
    if before and before.kind == "home" and before.text == home.text and text[before.end : home.start] in ("", "省"):
        places[-1] = Span("home", before.start, home.end, text=home.text)
    else:
        places.append(home)


def _read(file: Path) -> dict[str, dict[str, list[str]]]:
    data: dict[str, dict[str, list[str]]] = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
    return data


def _towns(entries: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, list[str]]:
    """Every way of naming a sub-district; a landmark of two of them names neither."""
    towns = {str(entry["name"]): _ways(entry) for entry in entries}
    shared = {word for word, count in Counter(w for ways in towns.values() for w in ways).items() if count > 1}
    own = {name: {name, _KIND_OF_TOWN.sub("", name)} for name in towns}
    kept = {
        name: [way for way in ways if way not in shared and way not in _others(own, name)]
        for name, ways in towns.items()
    }
    return {name: sorted({*kept[name], *own[name]}) for name in towns}


def _others(own: Mapping[str, set[str]], name: str) -> set[str]:
    return {word for other, words in own.items() if other != name for word in words}


def _ways(entry: Mapping[str, Iterable[str]]) -> list[str]:
    name = str(entry["name"])
    stations = [re.sub(r"\(.*", "", station) for station in entry["metro"]]
    landmarks = [place for place in entry["near"] if not re.search("[东西南北]段$|片$|周边$|各站$", place)]
    ways = {name, _KIND_OF_TOWN.sub("", name), *landmarks, *(f"{station}站" for station in stations), *stations}
    return sorted(way for way in ways if len(way) > 1 and not way.endswith("各站"))
