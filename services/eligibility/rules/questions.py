"""In: rules and what is known. Out: the facts that can still change the verdict, in the order to ask for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from services.eligibility.facts.known import Known
from services.eligibility.rules.compiler import Rule
from services.eligibility.rules.verdict import UNKNOWN


def open_facts(rule: Rule, known: Known) -> Iterator[str]:
    """Facts of the conditions on which an unknown verdict rests, in their order; a fact may come twice.

    Inside a settled group nothing is open any more. Facts asked in vain are left out; one known too roughly is not.
    """
    if rule.judge(known.values) != UNKNOWN:
        return
    if not rule.parts:
        name = rule.node.fact
        if name and not rule.doubt and name not in known.dont_know:
            yield name
        return
    for part in rule.parts:
        yield from open_facts(part, known)
    for exception, _ in rule.exceptions:
        yield from open_facts(exception, known)


def in_order(names: Iterable[str], order: Sequence[str], known: Known) -> list[str]:
    """Each name once: first what was never asked, by the author's order; last what is known too roughly."""
    places = {name: place for place, name in enumerate(order)}
    unique = list(dict.fromkeys(names))
    return sorted(unique, key=lambda name: (name in known.given, places.get(name, len(places))))


def most_telling(candidates: Mapping[str, Sequence[str]]) -> str | None:
    """Of the open facts of several schemes, the one that settles most: greedy, each scheme counts by how near it is.

    Args:
        candidates: scheme → its open facts, in the order to ask.

    >>> most_telling({"a": ["x", "y"], "b": ["y"], "c": ["y", "z", "x"]})
    'y'
    """
    weight: Counter[str] = Counter()
    for facts in candidates.values():
        for name in facts:
            weight[name] += 1 / len(facts)  # type: ignore[assignment]
    return max(weight, key=lambda name: (weight[name], name), default=None)
