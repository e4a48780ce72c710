"""In: a normalised Chinese sentence. Out: the facts about the person's situation it states, and the things it names."""

from bot.understanding.facts.finder import FactFinder
from bot.understanding.facts.spans import FactsHeard

__all__ = ["FactFinder", "FactsHeard"]
