"""In: a folder with real government questions and answers. Out: how often the right answer is found first.

python -m benchmarks.retrieval FOLDER

FOLDER holds faq_2017_t2s.jsonl, a line {"q": …, "a": …} each: the FAQ of Taipei City (2017, open data of data.taipei,
in simplified characters). Nothing is learnt from it: search by words, by meaning and by both at equal weight.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import jieba
import numpy as np
import numpy.typing as npt

from benchmarks.accuracy_floors import original_encoder
from bot.settings import settings
from bot.understanding import runtime
from bot.understanding.bm25 import Bm25
from bot.understanding.figures import wilson

Scores = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Scores]
_FILE = "faq_2017_t2s.jsonl"
_WINDOW, _STEP, _WINDOWS = 130, 110, 3
"""Characters of a piece of an answer, how far the next one begins, and how many pieces are read of one answer."""


def read_pairs(folder: Path) -> list[tuple[str, str]]:
    """Questions and their answers."""
    rows = [json.loads(line) for line in (folder / _FILE).read_text("utf-8").splitlines()]
    return [(row["q"], row["a"]) for row in rows]


def bigrams(text: str) -> list[str]:
    """Neighbouring characters.

    >>> bigrams("居住证？")
    ['居住', '住证']
    """
    letters = "".join(character for character in text.lower() if character.isalnum())
    return [letters[place : place + 2] for place in range(len(letters) - 1)]


def words(text: str) -> list[str]:
    """jieba's words, long ones also in parts."""
    return [word for word in jieba.cut_for_search(text.lower()) if word.isalnum()]


def by_words(cut: Callable[[str], list[str]], questions: Sequence[str], answers: Sequence[str]) -> Scores:
    """BM25 [questions, answers]."""
    return Bm25([cut(answer) for answer in answers]).scores([cut(question) for question in questions])


def by_meaning(encode: Encode, questions: Sequence[str], answers: Sequence[str], prefixes: bool) -> Scores:
    """Cosine of the question and the nearest piece of each answer [questions, answers].

    Args:
        prefixes: put "query: " and "passage: " before the texts, as the model's authors do.
    """
    pieces = [pieces_of(answer) for answer in answers]
    ask, say = ("query: ", "passage: ") if prefixes else ("", "")
    flat = encode([say + piece for group in pieces for piece in group])
    likeness = encode([ask + question for question in questions]) @ flat.T
    starts = np.cumsum([0, *(len(group) for group in pieces[:-1])])
    best: Scores = np.maximum.reduceat(likeness, starts, axis=1)
    return best


def pieces_of(answer: str) -> list[str]:
    """Overlapping windows over an answer; at least one."""
    starts = range(0, max(len(answer) - (_WINDOW - _STEP), 1), _STEP)
    return [answer[start : start + _WINDOW] for start in starts][:_WINDOWS]


def both(*kinds: Scores) -> Scores:
    """The sum of the kinds, each brought to mean 0 and spread 1 within every question."""
    total: Scores = sum((s - s.mean(axis=1, keepdims=True)) / s.std(axis=1, keepdims=True).clip(1e-6) for s in kinds)
    return total


def ranks(scores: Scores, right: Sequence[str], answers: Sequence[str]) -> npt.NDArray[np.int64]:
    """The rank of the right answer, from 1; an answer given twice may be either.

    >>> ranks(np.array([[0.1, 0.9, 0.5]], np.float32), ["c"], ["a", "b", "c"])
    array([2])
    """
    own = np.array([[answer == wanted for answer in answers] for wanted in right])
    best = np.where(own, scores, -np.inf).max(axis=1, keepdims=True)
    found: npt.NDArray[np.int64] = (scores > best).sum(axis=1) + 1
    return found


def _line(name: str, rank: npt.NDArray[np.int64]) -> str:
    first = int((rank == 1).sum())
    low, high = wilson(first, len(rank))
    mrr = float(np.where(rank <= 10, 1 / rank, 0).mean())
    return f"| {name} | {first / len(rank):.3f} ({low:.3f}–{high:.3f}) | {(rank <= 5).mean():.3f} | {mrr:.3f} |"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    parser.add_argument("folder", type=Path)
    pairs = read_pairs(parser.parse_args(arguments).folder)
    answers = [answer for _, answer in pairs]
    asked = [(question, answer) for question, answer in pairs if question.rstrip().endswith(("?", "？"))]
    questions, right = [question for question, _ in asked], [answer for _, answer in asked]
    print(f"{len(questions)} 问，{len(answers)} 条答案\n\n| | 第一就对 | 前五 | MRR@10 |\n|---|---|---|---|")

    def show(name: str, scores: Scores) -> Scores:
        print(_line(name, ranks(scores, right, answers)), flush=True)
        return scores

    pair = show("BM25，两字一组", by_words(bigrams, questions, answers))
    word = show("BM25，jieba 分词", by_words(words, questions, answers))
    show("BM25 两种相加", both(pair, word))
    begun = time.monotonic()
    tuned = runtime.parts().encoder.encode
    own = show("教过的编码器", by_meaning(tuned, questions, answers, prefixes=False))
    show("教过的编码器 + BM25", both(own, both(pair, word)))
    original = original_encoder(settings().var_dir / "bench" / "original")
    # The folder puts "query: " before every text by itself; here each text says what it is.
    original.vocabulary = original.vocabulary.with_prefix("")
    meaning = show("原来的编码器", by_meaning(original.encode, questions, answers, prefixes=True))
    show("原来的编码器 + BM25", both(meaning, both(pair, word)))
    show("两个编码器 + BM25", both(meaning, own, both(pair, word)))
    print(f"\n算句向量用了 {time.monotonic() - begun:.0f} 秒")
    return 0


if __name__ == "__main__":
    sys.exit(main())
