"""In: the intent and the item slot of a conversation. Out: the item's part that was asked for, as one message.

The job of actions/answer_item.py, written the way Rasa's documentation shows and served by `rasa run actions`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

POLICY = Path(__file__).resolve().parents[3] / "policy"
PARTS = {
    "ask_conditions": "audience",
    "check_eligibility": "audience",
    "ask_materials": "materials",
    "ask_procedure": "steps",
    "ask_place": "where",
    "ask_time": "time_limit",
    "ask_cost": "fee",
}
"""Intent → field of an item; every other intent gets the summary."""


def read_items(folder: Path) -> dict[str, dict[str, Any]]:
    """Every item of the inventory, by its name. The folder's list of gaps holds no items."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries = [entry for file in sorted(folder.glob("*.yml")) for entry in yaml.load(file.read_text("utf-8"), loader)]
    return {entry["name"]: entry for entry in entries if "summary" in entry}


ITEMS = read_items(POLICY)


class LookUp(Action):
    """Answers a question about an item."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_look_up"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Looks the item up and utters one of its parts."""
        item = ITEMS.get(tracker.get_slot("item") or "")
        if item is None:
            dispatcher.utter_message(text="你想问哪件事？可以说说它的名字。")
            return []
        intent = tracker.latest_message.get("intent", {}).get("name", "")
        part = item.get(PARTS.get(intent, "summary")) or item["summary"]
        text = part if isinstance(part, str) else "\n".join(f"{n}. {line}" for n, line in enumerate(part, 1))
        dispatcher.utter_message(text=f"{item['name']}：{text}")
        return []


class Hotline(Action):
    """Gives the number of the people who can help."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_hotline"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Utters the number."""
        dispatcher.utter_message(text="这件事请打 12345 问。")
        return []
