"""In: real speech. Out: how well the recogniser of ASR_URL hears it, and what that costs in right cards and seconds.

python -m benchmarks.speech FOLDER                  character and syllable errors, at 16 kHz and by telephone
python -m benchmarks.speech FILE.jsonl              the same, and the right items: of the text, and of what was heard
python -m benchmarks.speech --call FOLDER_OR_FILE   from the last sound of an utterance to its card, by AudioSocket
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.speech_call import seconds_to_cards
from benchmarks.speech_errors import errors
from benchmarks.speech_sound import BANDS, Sentence, folder_of, hear, labelled
from benchmarks.stats import percentile
from bot.channels.hotline.recognisers.setup import recogniser_of
from bot.channels.hotline.recognisers.words import FieldWords
from bot.clock import today
from bot.dialogue.training import model_path
from bot.errors import LaihutongError
from bot.settings import settings
from bot.understanding import runtime
from tests.speech import HOME, MODEL


def items_of(texts: Sequence[str]) -> list[str]:
    """The item each text is about on the hotline, as the service understands it; empty for none."""
    found = runtime.load_from_model_archive(model_path()).understand_many(texts, "hotline", today())
    return [one.item_id or "" for one in found]


def names() -> list[str]:
    """What the items are called."""
    return [name for item in runtime.items() for name in item.names]


async def accuracy(sentences: Sequence[Sentence], url: str) -> dict[str, Any]:
    """All figures, and every sentence that went wrong."""
    recogniser = recogniser_of(url, FieldWords(names), HOME)
    report: dict[str, Any] = {"sentences": len(sentences), "recogniser": url}
    kept = [sentence for sentence in sentences if sentence.item_ids]
    clean = items_of([sentence.text for sentence in kept]) if kept else []
    report["items"] = {"text": _right(kept, clean)} if kept else {}
    try:
        for band, change in BANDS.items():
            heard, factor = await hear(recogniser, [change(sentence.pcm) for sentence in sentences])
            wrong = errors((one.text, other) for one, other in zip(sentences, heard, strict=True))
            report[band] = {"characters": wrong.characters, "syllables": wrong.syllables, "real_time": factor}
            report[band]["lines"] = [[one.name, one.text, what] for one, what in zip(sentences, heard, strict=True)]
            if kept:
                found = items_of(heard)
                report["items"][band] = _right(kept, found)
                report[band]["lost"] = [
                    {"text": one.text, "heard": what, "meant": one.item_ids, "text_gives": before, "heard_gives": after}
                    for one, what, before, after in zip(sentences, heard, clean, found, strict=True)
                    if before in one.item_ids and after not in one.item_ids
                ]  # fmt: skip
    finally:
        await recogniser.stop()
    return report


def table(report: dict[str, Any]) -> str:
    """For people."""
    rows = [f"{report['sentences']} sentences, {report['recogniser']}"]
    rows += [
        f"{band:<12} characters {of['characters']:.1%} wrong, syllables {of['syllables']:.1%} wrong, "
        f"{of['real_time']:.2f} s for a second of sound"
        for band, of in ((band, report[band]) for band in BANDS)
    ]
    rows += [f"right items: {name:<12} {share:.1%}" for name, share in report["items"].items()]
    rows += [
        f"lost, {band}: {one['text']} → {one['heard']}: {one['heard_gives'] or 'none'}, not {one['text_gives']}"
        for band in BANDS for one in report[band].get("lost", [])
    ]  # fmt: skip
    return "\n".join(rows)


def _right(sentences: Sequence[Sentence], found: Sequence[str]) -> float:
    return sum(one in sentence.item_ids for one, sentence in zip(found, sentences, strict=True)) / len(sentences)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speech", description=__doc__)
    parser.add_argument("speech", type=Path, help="a folder of wav files, or a jsonl file (text, item_id, audio)")
    parser.add_argument("--transcripts", default="transcripts.txt", help="in the folder: a line each, NAME text")
    parser.add_argument("--recogniser", default=f"whisper:{MODEL}", help="as ASR_URL")
    parser.add_argument("--most", type=int, default=0, help="so many sentences at most")
    parser.add_argument("--call", action="store_true", help="time from sound to card instead; starts a server")
    options = parser.parse_args(arguments)
    try:
        read = folder_of(options.speech, options.transcripts, options.most) if options.speech.is_dir() else labelled(
            options.speech, options.most)  # fmt: skip
        if options.call:
            took = asyncio.run(seconds_to_cards(read, options.recogniser))
            print(f"{len(took)} utterances; last sound to card: p50 {percentile(took, 0.5):.2f} s, "
                  f"p95 {percentile(took, 0.95):.2f} s")  # fmt: skip
            return 0
        report = asyncio.run(accuracy(read, options.recogniser))
    except LaihutongError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    print(table(report))
    file = settings().var_dir / "bench" / "speech.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
