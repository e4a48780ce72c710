"""In: our training sentences. Out: endless, repeatable streams of questions, with and without repetition.

A sentence as written may be one our server was trained on and keeps in a cache. So most questions carry a small
variation, as people write them: a greeting before, a particle or a sign after, a comma for a space.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from bot.messages import ITEM_ACTS
from bot.understanding.corpus import Example

POOL = 400
"""Distinct sentences the repeating stream draws from."""
SAME_SHARE = 0.3
"""Share of questions in the repeating stream that are asked word for word."""
BEFORE = ("", "请问", "你好，", "那个，", "想问下", "师傅，", "麻烦问一下，", "哎，", "我想晓得", "问个事，")
AFTER = ("", "？", "啊", "呢", "，谢谢", "哦？", "，急", "。", "？？", "，帮我看看")


def pool(examples: Iterable[Example], size: int = POOL, seed: int = 11) -> list[str]:
    """Distinct questions about items, spread evenly over the topics, the same on every machine."""
    by_topic: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        if example.item_id and example.act in ITEM_ACTS:
            by_topic[example.item_id.partition(".")[0]].add(example.text)
    rng = random.Random(seed)
    piles = [rng.sample(sorted(texts), len(texts)) for _, texts in sorted(by_topic.items())]
    chosen: dict[str, None] = {}
    while len(chosen) < size and any(piles):
        chosen.update((pile.pop(), None) for pile in piles if pile)
    return list(chosen)[:size]


def repeating(texts: Sequence[str], seed: int) -> Iterator[str]:
    """Questions drawn again and again, most with a small variation."""
    rng = random.Random(seed)
    while True:
        text = rng.choice(texts)
        yield text if rng.random() < SAME_SHARE else f"{rng.choice(BEFORE)}{text}{rng.choice(AFTER)}"


def distinct(texts: Sequence[str], seed: int) -> Iterator[str]:
    """Questions none of which is asked twice, none as written; ends when the variations are used up."""
    rng = random.Random(seed)
    turns = [(before, after) for before in BEFORE for after in AFTER if before and after]
    seen: set[str] = set()
    for before, after in rng.sample(turns, len(turns)):
        for text in rng.sample(texts, len(texts)):
            question = f"{before}{text}{after}"
            if question not in seen:
                seen.add(question)
                yield question


def repeated_share(asked: Iterable[str], known: set[str]) -> float:
    """Share of questions that had been asked before, in `known` or among themselves; adds them to `known`."""
    again = total = 0
    for text in asked:
        total += 1
        again += text in known
        known.add(text)
    return again / total if total else 0.0
