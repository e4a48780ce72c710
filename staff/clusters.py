"""In: questions asked in vain. Out: groups of those that are alike, the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.questions.models import Asked

ALIKE = 0.45
"""Cosine of character pairs from which two questions count as the same matter; by eye on the training sentences."""
SHOWN = 5


@dataclass(frozen=True)
class Cluster:
    """One matter that people asked about in vain."""

    count: int
    """How often."""
    examples: tuple[str, ...]
    """Up to SHOWN different wordings, the most usual first."""
    guesses: tuple[str, ...]
    """Items that were understood with little certainty, the most usual first."""


def clusters(questions: Sequence[Asked]) -> list[Cluster]:
    """Groups around the earliest wording of each matter (leader clustering: one pass, no number of groups to guess)."""
    from collections import Counter

    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = Counter(question.text for question in questions if question.text.strip())
    if not texts:
        return []
    wordings = [text for text, _ in texts.most_common()]
    rows = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True).fit_transform(wordings)
    likeness = (rows @ rows.T).tocsr()
    group = [-1] * len(wordings)
    for leader in range(len(wordings)):
        if group[leader] < 0:
            group[leader] = leader
            # the arrays themselves: asking the matrix for a row costs more than everything done with it
            near = slice(likeness.indptr[leader], likeness.indptr[leader + 1])
            for at, score in zip(likeness.indices[near], likeness.data[near], strict=True):
                if group[at] < 0 and score >= ALIKE:
                    group[at] = leader
    guesses: dict[int, Counter[str]] = {}
    leader_of = dict(zip(wordings, group, strict=True))
    for question in questions:
        if question.item_id and question.text in leader_of:
            guesses.setdefault(leader_of[question.text], Counter())[question.item_id] += 1
    members: dict[int, list[str]] = {}
    for text, leader in sorted(leader_of.items(), key=lambda pair: pair[1]):
        members.setdefault(leader, []).append(text)
    found = []
    for leader, mine in members.items():
        items = tuple(item for item, _ in guesses.get(leader, Counter[str]()).most_common(3))
        found.append(Cluster(sum(texts[text] for text in mine), tuple(mine[:SHOWN]), items))
    return sorted(found, key=lambda cluster: -cluster.count)
