"""In: what a person said. Out: Understood. The steps of station 2, one after another.

    normalise → plain words → features → acts and dangers → items → facts → scope → Understood

Every step is a function on one small Reading, so that each Rasa component wraps exactly one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bot import clock
from bot.errors import SetupError
from bot.messages import ACTS, OTHER_ACTS, Channel, ItemScore, Understood
from bot.understanding.acts import ALERTS, best_acts, head_chances, named_heads
from bot.understanding.corpus import LinkItem
from bot.understanding.danger import find_alert
from bot.understanding.features import Encode, Exemplars, Features, Featurizer, Likeness
from bot.understanding.lexicon import Lexicon
from bot.understanding.linker import ItemLinker, contributions, ranking
from bot.understanding.model import Model
from bot.understanding.ngrams import Floats
from bot.understanding.normalize import normalize, parted
from bot.understanding.plain import PlainReader
from bot.understanding.reading import FactEar, Reading
from bot.understanding.recent import Recent
from bot.understanding.scope import CERTAIN_ITEM, chance_foreign, in_scope

_NOTHING_SAID = Understood(
    text="", normalized="", act="out_of_scope", act_confidence=1.0, in_scope=False, acts=(("out_of_scope", 1.0),)
)

_REMEMBERED = 2_000
"""Sentences whose evidence is kept, about 15 KB each. People tap the offered questions and ask what others ask."""

_NOT_BUT = re.compile(r"不是[^,，。]{2,12}[,，。\s]*(?:而)?是(?=([^,，。]{2,}))")


def meant(text: str) -> str:
    """What a sentence is about, without what it says it is not about.

    >>> meant("我问的不是居住证,是居住登记"), meant("是不是要居住证")
    ('居住登记', '是不是要居住证')
    """
    found = _NOT_BUT.search(text)
    return text[found.end() :] if found else text


def _plain(normalized: str, reader: PlainReader) -> tuple[str, str]:
    """A sentence in plain words, and what of it is meant."""
    cut = meant(normalized)
    whole = reader.plain(normalized)
    return whole, whole if cut == normalized else reader.plain(cut)


class Understander:
    """Station 2. One object serves all threads.

    Args:
        model: what training found.
        items: the inventory.
        encode: the sentence encoder that the model was trained with.
        lexicon: dialect and everyday words.
        facts: hears facts; None leaves them out.
        cache: folder for jieba's compiled dictionary.
    """

    def __init__(
        self,
        model: Model,
        items: Sequence[LinkItem],
        encode: Encode,
        lexicon: Lexicon,
        facts: FactEar | None = None,
        cache: Path | None = None,
    ) -> None:
        self._model, self._facts = model, facts
        self._recent = Recent(_REMEMBERED)
        self._featurizer = Featurizer(encode, model.mean, model.spelling, model.sound)
        self._exemplars = Exemplars(model.exemplars)
        self.linker = ItemLinker(model, self._featurizer, items, lexicon, cache)

    @classmethod
    def load(
        cls,
        folder: Path,
        items: Sequence[LinkItem],
        encode: Encode,
        encoder: str,
        lexicon: Lexicon,
        facts: FactEar | None = None,
        cache: Path | None = None,
    ) -> Understander:
        """The understander of a model folder.

        Raises:
            SetupError: no usable model, or one made with another encoder.
        """
        model = Model.load(folder)
        if model.encoder != encoder:
            raise SetupError("理解模型和句向量模型对不上：请重新运行 make train。")
        return cls(model, items, encode, lexicon, facts, cache)

    def rebuild(self, items: Sequence[LinkItem]) -> None:
        """Takes another inventory, without training."""
        self.linker.rebuild(items)

    def understand(
        self,
        text: str,
        channel: Channel = "web",
        today: date | None = None,
        asked: str | None = None,
        topic: str | None = None,
    ) -> Understood:
        """What `text` says. Never fails on any text.

        Args:
            text: personal numbers already masked; only the first 400 characters are read.
            today: for relative dates.
            asked: the fact that was just asked for, if any.
            topic: item or topic of the conversation, if any.
        """
        return self.run(Reading(text, today or clock.today(), channel, asked, topic))

    def by_sound(self, text: str) -> str:
        """A recogniser's text as `understand` reads it, for `warm`."""
        return self.linker.inventory.reader.by_sound(normalize(text))

    def run(self, reading: Reading) -> Understood:
        """All steps on one reading, which then holds what each of them found."""
        for step in (self.normalise, self.featurise, self.hear_acts, self.link_items, self.hear_facts):
            step(reading)
        return self.conclude(reading)

    def understand_many(
        self, texts: Sequence[str], channel: Channel = "web", today: date | None = None
    ) -> list[Understood]:
        """Each text by itself: on a CPU a batch is no faster, and int8 vectors would depend on neighbours."""
        return [self.understand(text, channel, today) for text in texts]

    def normalise(self, reading: Reading) -> None:
        """Step 1: one plain spelling, by telephone the words that were said, plain words."""
        reading.inventory = self.linker.inventory
        reading.normalized = normalize(reading.text)
        if reading.channel == "hotline":
            reading.normalized = reading.inventory.reader.by_sound(reading.normalized)
        reading.whole, reading.plain = _plain(reading.normalized, reading.inventory.reader)

    def featurise(self, reading: Reading) -> None:
        """Step 2: meaning, spelling, sound; and how alike the training sentences are."""
        known = self._recent.get(reading.whole, reading.inventory)
        if known is not None:
            reading.scores, reading.heads, reading.evidence = known
            return
        reading.features, reading.likeness, reading.scores = self._compare([(reading.whole, reading.plain)])

    def _compare(self, pairs: Sequence[tuple[str, str]]) -> tuple[Features, Likeness, Floats]:
        """Features and likeness of what is meant, and all scores: "不是颛桥,是马桥" is about the one, but what it does
        (to correct) stands in the whole.
        """
        features = self._featurizer.features([plain for _, plain in pairs])
        likeness = self._exemplars.likeness(features)
        scores: Floats = likeness.kernel() @ self._model.coefficients
        cut = [row for row, (whole, plain) in enumerate(pairs) if whole != plain]
        if cut:
            items = len(self._model.items) + 1
            uncut = self._exemplars.likeness(self._featurizer.features([pairs[row][0] for row in cut]))
            scores[cut, items:] = uncut.kernel() @ self._model.coefficients[:, items:]
        return features, likeness, scores

    def hear_acts(self, reading: Reading) -> None:
        """Step 3: what the person is doing."""
        if reading.heads.size:
            return
        scores = reading.scores[:, len(self._model.items) + 1 :]
        reading.heads = head_chances(scores, self._model.scale, self._model.offsets)

    def link_items(self, reading: Reading) -> None:
        """Step 4: which item is meant."""
        assert reading.inventory is not None, "steps run in order"
        if not reading.evidence.size:
            self._gather(reading)
        reading.chances = self.linker.chances(reading.evidence, reading.inventory, reading.topic)[0]
        reading.items = ranking(reading.chances, reading.inventory)

    def _gather(self, reading: Reading) -> None:
        """The evidence of the sentence alone; what its conversation adds comes after."""
        assert reading.features is not None
        assert reading.likeness is not None
        assert reading.inventory is not None
        scores = reading.scores[:, : len(self._model.items) + 1]
        reading.evidence = self.linker.evidence(
            [reading.plain], reading.features, reading.likeness, scores, reading.heads, reading.inventory
        )
        self._recent.put(reading.whole, reading.inventory, (reading.scores, reading.heads, reading.evidence))

    def warm(self, texts: Sequence[str]) -> None:
        """Does the costly steps for some texts together, so that `understand` of each of them is quick. For a worker
        thread: most of the time is spent in matrix products, which let other threads run.
        """
        inventory = self.linker.inventory
        pairs = dict(_plain(normalize(text), inventory.reader) for text in texts)
        new = [(whole, plain) for whole, plain in pairs.items() if self._recent.get(whole, inventory) is None]
        if not new:
            return
        features, likeness, scores = self._compare(new)
        items = len(self._model.items) + 1
        heads = head_chances(scores[:, items:], self._model.scale, self._model.offsets)
        evidence = self.linker.evidence(
            [plain for _, plain in new], features, likeness, scores[:, :items], heads, inventory
        )
        for row, (whole, _) in enumerate(new):
            one = slice(row, row + 1)
            self._recent.put(whole, inventory, (scores[one].copy(), heads[one].copy(), evidence[one].copy()))

    def hear_facts(self, reading: Reading) -> None:
        """Step 5: facts and named pieces."""
        if self._facts is not None:
            heard = self._facts.find(reading.normalized, reading.today, reading.asked)
            clauses = parted(reading.text)
            more = self._facts.find(normalize(clauses), reading.today).facts if clauses else {}
            reading.facts, reading.entities = {**more, **heard.facts}, tuple(heard.entities)
            reading.supposed = dict(heard.supposed)

    def conclude(self, reading: Reading) -> Understood:
        """Step 6: danger, scope, and everything together."""
        if not reading.normalized:
            return Understood(**{**_NOTHING_SAID.__dict__, "text": reading.text})
        foreign = named_heads(reading.heads, ["out_of_scope"])
        best = np.array([reading.items[0].score if reading.items else 0.0], np.float32)
        chance = float(chance_foreign(foreign, best, self._model.foreign_scope)[0])
        alert = find_alert(reading.normalized, reading.scores[0, -len(ALERTS) :], self._model.danger_threshold)
        inside = in_scope(chance) or bool(best[0] >= CERTAIN_ITEM) or alert is not None
        acts = _agreeing(best_acts(reading.heads[0], len(ACTS)), inside, chance)
        item = self._item(reading, acts[0][0])
        return Understood(
            text=reading.text,
            normalized=reading.normalized,
            act=acts[0][0],
            act_confidence=acts[0][1],
            item_id=item.item_id if item else None,
            item_score=item.score if item else 0.0,
            alternatives=tuple(score for score in reading.items if score != item),
            facts=reading.facts,
            entities=reading.entities,
            in_scope=inside,
            alert=alert,
            acts=acts[:5],
            supposed=reading.supposed,
        )

    def evidence_for(self, reading: Reading, shown: int) -> list[dict[str, Any]]:
        """The most probable candidates of a finished reading, each with what every kind of evidence added."""
        assert reading.inventory is not None, "the reading has gone through the steps"
        ids = [*(item.item_id for item in reading.inventory.items), None]
        return [
            {
                "item_id": ids[i],
                "chance": round(float(reading.chances[i]), 4),
                "evidence": contributions(reading.evidence[0, i], self._model.fusion),
            }
            for i in np.argsort(-reading.chances)[:shown]
        ]

    @staticmethod
    def _item(reading: Reading, act: str) -> ItemScore | None:
        """The best item, unless "no item" is more probable or the act has none."""
        if not reading.items or act == "out_of_scope":
            return None
        best = reading.items[0]
        needed = float(reading.chances[-1]) if act not in OTHER_ACTS else max(0.5, float(reading.chances[-1]))
        return best if best.score > needed else None


def _agreeing(acts: tuple[tuple[str, float], ...], inside: bool, chance: float) -> tuple[tuple[str, float], ...]:
    """The acts in an order that agrees with the decision about scope, which knows the items as well."""
    rest = [(act, score) for act, score in acts if act != "out_of_scope"]
    share = sum(score for _, score in rest) or 1.0
    chance = min(chance, 0.49) if inside else max(chance, 0.51)  # the act must agree with the decision
    scored = [(act, round(score / share * (1 - chance), 4)) for act, score in rest]
    both = [*scored, ("out_of_scope", round(chance, 4))]
    ordered = sorted(both, key=lambda pair: -pair[1])
    if inside and ordered[0][0] == "out_of_scope":
        ordered = [*scored[:1], *(pair for pair in ordered if pair != scored[0])]
    return tuple(ordered)
