"""In: what mutmut wrote about each change of the eligibility core. Out: survivors and the score; status 1 under 90 %.

Run in the folder mutmut worked in. Killed: a test failed or never ended. A change no test runs counts as survived, and
so does one that changes nothing (an equivalent mutant).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

WANTED = 0.90
_KILLED = {1, 3, 24, -24, 36, 37, 152, 255}
"""A test failed, an error of pytest, the time or the processor time ran out."""


def main() -> int:
    """Prints; returns the exit status."""
    results: dict[str, int | None] = {}
    core = Path("mutants/services/eligibility")
    for part in (core / "facts", core / "rules", core / "outcome", core):
        for file in part.glob("*.meta"):
            results.update(json.loads(file.read_text("utf-8"))["exit_code_by_key"])
    tried = {name: code for name, code in results.items() if code is not None}
    survived = sorted(name for name, code in tried.items() if code not in _KILLED)
    print("\n".join(survived))
    score = 1 - len(survived) / max(1, len(tried))
    print(
        f"试了 {len(tried)} 处改动（还有 {len(results) - len(tried)} 处没试），"
        f"发现 {score:.1%}，没发现 {len(survived)} 处。"
    )
    return 0 if tried and score >= WANTED and len(tried) == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
