"""In: a sentence and the kernel model's scores of the dangers. Out: the alert to raise, or none.

Two ears: the classifier, and a short list of phrases that leave no doubt. Missing a person in need is worse than
asking once too often, so either is enough; phrases that only sound dangerous ("累死了") are taken out first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import yaml

from bot.errors import DataError
from bot.messages import Alert
from bot.understanding.acts import ALERTS
from bot.understanding.lexicon import FOLDER
from bot.understanding.ngrams import Floats

PHRASES = FOLDER / "danger.yml"
_SOMEBODY_ELSE = re.compile(
    r"室友|朋友|同事|工友|老乡|邻居|有人|老公|老婆|儿子|女儿|闺女|弟弟|哥哥|姐姐|妹妹|[他她](?:说|要|想|站|在)"
)
_MYSELF = re.compile(r"我(?:自己|也|真|就|都|实在|只)?(?:不想活|想死|要死|去死|活不下|撑不住|撑不下|没法活|了结)")
_FALSE_ALARMS = 0.01
"""Share of harmless sentences that may raise a false alarm."""
_LOWEST = 0.1
"""With few harmless sentences around, their quantile says little."""


def find_alert(text: str, scores: Floats, threshold: float) -> Alert | None:
    """The danger in one sentence.

    Args:
        text: the sentence, normalised.
        scores: of ALERTS, for this sentence, as the kernel model gives them. Their sum is its score for danger of
            any kind; probabilities would split it among seven rare kinds, each of which then loses.
        threshold: summed score from which on the classifier alone decides.
    """
    alert = spoken_alert(text)
    if alert is None and float(scores.sum()) >= threshold:
        alert = cast(Alert, ALERTS[int(np.argmax(scores))])
    if alert == "suicide" and _SOMEBODY_ELSE.search(text) and not _MYSELF.search(text):
        return "self_harm_of_other"  # the same number, but other words for the one who calls
    return alert


def fit_threshold(scores: Floats, dangerous: npt.NDArray[np.bool_]) -> float:
    """The lowest threshold that keeps false alarms among harmless sentences under the allowed share.

    Args:
        scores: summed scores of the alerts, each without its sentence.
    """
    return float(max(_LOWEST, np.quantile(scores[~dangerous], 1 - _FALSE_ALARMS)))


def spoken_alert(text: str) -> Alert | None:
    """The danger that a phrase of the list names.

    >>> spoken_alert("我不想活了"), spoken_alert("累死了")
    ('suicide', None)
    """
    harmless, alerts = _phrases()
    left = harmless.sub(" ", text)
    for alert, pattern in alerts:
        if pattern.search(left):
            return alert
    return None


@lru_cache(maxsize=1)
def _phrases() -> tuple[re.Pattern[str], tuple[tuple[Alert, re.Pattern[str]], ...]]:
    data: Mapping[str, Any] = yaml.safe_load(PHRASES.read_text("utf-8"))
    unknown = set(data) - {*ALERTS, "harmless"}
    if unknown:
        raise DataError(f"{PHRASES.name}：没有“{min(unknown)}”这一种危险。")
    patterns = {kind: re.compile("|".join(phrases) or r"(?!)") for kind, phrases in data.items()}
    alerts = tuple((cast(Alert, kind), patterns[kind]) for kind in ALERTS if kind in patterns)
    return patterns["harmless"], alerts
