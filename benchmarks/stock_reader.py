"""In: a stock Rasa model and a JSON list of texts. Out: a JSON list of what it heard. A process of its own: TensorFlow.

python -m benchmarks.stock_reader MODEL TEXTS.json HEARD.json
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def heard(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """Intent, confidence, and the response keys by rank, out of Rasa's parse result."""
    selected = parsed.get("response_selector", {}).get("default", {})
    keys = [row["intent_response_key"] for row in selected.get("ranking", [])]
    intent = parsed.get("intent") or {}
    return {"intent": intent.get("name"), "confidence": intent.get("confidence") or 0.0, "keys": keys}


async def _read(model: str, texts: list[str]) -> list[dict[str, Any]]:
    from rasa.core.agent import Agent  # takes half a minute and TensorFlow

    agent = Agent.load(model)
    return [heard(await agent.parse_message(text)) for text in texts]


def main(arguments: list[str]) -> int:
    """Reads the texts one by one, as they would come in."""
    model, texts, out = arguments
    found = asyncio.run(_read(model, json.loads(Path(texts).read_text("utf-8"))))
    Path(out).write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
