"""Rasa as the server loads it: without TensorFlow. Must run before the first import of rasa in this process."""

from __future__ import annotations

from bot.dialogue.light_rasa import without_tensorflow

without_tensorflow()
