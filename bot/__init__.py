"""The conversation: from a person's message to the answer on their screen."""

from bot import cpu as cpu  # before anything can import numpy
