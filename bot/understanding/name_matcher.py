"""In: names and aliases of items, and a sentence. Out: how much of a name of each item stands in the sentence.

Spelled as listed, or only sounding like it ("居主证"). A name that several items share says less about each. A sentence
that is nothing but a name and words of asking ("居住登记要带什么") is about that name, whatever it resembles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from bot.understanding.ngrams import Floats
from bot.understanding.pinyin import syllables

_SHORTEST = 2
_SOUND_ONLY = 0.7
"""A name that is only heard counts for less than one that is written."""
_MOST = 8
"""Length from which a longer name says no more."""
_ASKING = re.compile(
    r"你好|您好|请问|麻烦|我想问|问一下|问下|咨询|了解|知道|我想|我要|可不可以|能不能|什么时候|关于|怎么样|怎么|如何|需要|准备|带上"
    r"|什么|哪些|哪里|哪个|哪|材料|资料|东西|证件|手续|流程|步骤|条件|要求|规定|政策|标准|办理|申请|申领|领取|查询|地方|地点|地址|电话"
    r"|号码|时间|几点|几天|几号|多久|多长|多少钱|多少|费用|收费|可以|一下|[下好完想要带交用办领查弄搞做去在到钱贵是的了呢吗嘛啊呀吧有能得还都个这那\s，。？！、,.?!]"
)
"""Words that ask, and name nothing."""


class NameMatcher:
    """Finds names inside sentences.

    Args:
        names: of each item, in plain spelling.
    """

    def __init__(self, names: Sequence[Sequence[str]]) -> None:
        shared = Counter(name for group in names for name in set(group))
        self._items = len(names)
        self._cores = _cores(names)
        self._spelled = [
            (name, item, min(len(name), _MOST) / _MOST / shared[name])
            for item, group in enumerate(names)
            for name in sorted(set(group))
            if len(name) >= _SHORTEST
        ]
        self._heard = [
            (_sounds(name), item, weight * _SOUND_ONLY)
            for name, item, weight in self._spelled
            if len(syllables(name)) > _SHORTEST
        ]

    def scores(self, texts: Sequence[str]) -> Floats:
        """0 (nothing) to 1 (a long name of this item alone); float32 [texts, items]."""
        scores = np.zeros((len(texts), self._items), np.float32)
        for row, text in enumerate(texts):
            heard = _sounds(text)
            hits = [(item, weight) for name, item, weight in self._spelled if name in text]
            hits += [(item, weight) for name, item, weight in self._heard if name in heard]
            for item, weight in hits:
                scores[row, item] = max(scores[row, item], weight)
        return scores

    def alone(self, texts: Sequence[str]) -> Floats:
        """1 for the items whose name is all that a sentence names, else 0; float32 [texts, items].

        Between the two where only a listed question ("补贴怎么领") names it and many items could be meant by it.
        """
        alone = np.zeros((len(texts), self._items), np.float32)
        for row, text in enumerate(texts):
            for item, share in self._cores.get(_bare(text), {}).items():
                alone[row, item] = share
        return alone


def _cores(names: Sequence[Sequence[str]]) -> dict[str, dict[int, float]]:
    """What names name, without words of asking → items, each with its share of what may be meant."""
    cores: dict[str, dict[int, float]] = {}
    for item, group in enumerate(names):
        for name in group:
            core = _bare(name)
            owners = sum(any(core in other for other in others) for others in names) if core != name else 1
            share = 1 / max(1, owners)
            cores.setdefault(core, {})[item] = max(share, cores.get(core, {}).get(item, 0.0))
    cores.pop("", None)
    return cores


def _bare(text: str) -> str:
    """Without words of asking."""
    return _ASKING.sub("", text)


def _sounds(text: str) -> str:
    return f" {' '.join(syllables(text))} "
