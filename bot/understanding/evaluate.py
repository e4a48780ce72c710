"""In: a labelled file (contract, "Labelled file"). Out: the figures, printed and in var/evaluation.json.

python -m bot.understanding.evaluate FILE.jsonl [--noise]

The calibration curve becomes var/evaluation.svg. With --noise, a sample is read again with noise of every kind.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot import clock
from bot.errors import DataError, LaihutongError
from bot.messages import Understood
from bot.settings import settings
from bot.understanding import calibration, noise_report, runtime
from bot.understanding.figures import evaluate

_WORST = 12


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The lines of a labelled file.

    Raises:
        DataError: the file is missing or a line is not JSON with text, act and item_id.
    """
    lines: list[dict[str, Any]] = []
    try:
        for number, text in enumerate(file.read_text("utf-8").splitlines(), 1):
            if text.strip():
                line = json.loads(text)
                if not (line["text"] and isinstance(line["act"], list) and isinstance(line["item_id"], list)):
                    raise DataError(f"{file.name} 第 {number} 行：要有 text，act 和 item_id 要写成列表。")
                lines.append(line)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{file.name}：读不懂（{error}）。") from error
    return lines


def as_text(report: Mapping[str, Any]) -> str:
    """The report for people: all figures, the acts and topics that do worst, confusions, calibration."""
    rows = [(name, value) for name, value in report.items() if isinstance(value, Mapping) and "share" in value]
    rows += [(f"noise: {name}", value) for name, value in report["noise"].items()]
    for kind, prefix in (("acts", "act"), ("topics", "topic")):
        worst = sorted(report[kind].items(), key=lambda row: float(row[1]["share"]))[:_WORST]
        rows += [(f"{prefix}: {name}", value) for name, value in worst]
    out = [
        f"{name:<28}{v['share']:7.3f}  [{v['low']:.3f}, {v['high']:.3f}]  {v['right']}/{v['total']}" for name, v in rows
    ]
    out += [f"{c['times']:3d} × {c['kind']}: {c['meant']} → {c['found']}" for c in report["confusions"]]
    out += [f"calibration error, {name}: {calibration.error(bins):.3f}" for name, bins in report["calibration"].items()]
    return "\n".join(out)


def write(report: Mapping[str, Any], name: str) -> None:
    """Puts the report and its picture into the var folder."""
    folder = settings().var_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    (folder / f"{name}.svg").write_text(calibration.picture(report["calibration"]), "utf-8")


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.understanding.evaluate", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, default=None, help="day that relative dates count from")
    parser.add_argument("--noise", action="store_true", help="also read a sample with noise of every kind")
    options = parser.parse_args(arguments)
    try:
        lines = read_lines(options.file)
        reader, today = runtime.understander(), options.as_of or clock.today()
        found = [reader.understand(line["text"], line.get("channel", "web"), today) for line in lines]
    except LaihutongError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    report = evaluate(lines, found)
    print(as_text(report))
    if options.noise:

        def read(text: str) -> Understood:
            return reader.understand(text, today=today)

        report["under_noise"] = noise_report.under_noise(lines, read)
        print(noise_report.as_text(report["under_noise"]))
    write(report, "evaluation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
