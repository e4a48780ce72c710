"""In: a fresh or updated checkout with its environment. Out: everything that is generated, made once.

encoder → checked inventory → trained model. Each step knows whether it has anything to do; the second time all
of them are done in about a second. Run by `make run` and `make test` before anything else.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable

from bot.dialogue import training
from bot.errors import LaihutongError
from bot.operation.logging import configure_logging
from bot.settings import ROOT, settings
from bot.understanding.encoder.build import build
from services.knowledge.files import load_items

Step = tuple[str, Callable[[], object]]


def steps(force_training: bool = False) -> tuple[Step, ...]:
    """What is made, in order."""
    return (
        ("政策条目", lambda: load_items(ROOT / "policy")),
        ("句子编码器", lambda: build(settings().var_dir / "encoder")),
        ("模型", lambda: training.train(force_training)),
    )


def main() -> int:
    """Runs the steps in order; stops at the first that cannot be done and says why."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", action="store_true", help="train even when the model is up to date")
    configure_logging("WARNING")
    warnings.simplefilter("ignore")  # of the libraries; they concern their maintainers
    to_do = steps(parser.parse_args().train)
    for number, (name, step) in enumerate(to_do, 1):
        print(f"[{number}/{len(to_do)}] {name}", flush=True)
        try:
            step()
        except LaihutongError as error:
            print(error.sentence, file=sys.stderr)
            return 1
        except OSError as error:
            print(f"写文件时出错：{error.strerror}（{error.filename}）。", file=sys.stderr)
            print("看看磁盘满了没有，再运行一次；做好的部分不会重做。", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
