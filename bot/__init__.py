"""The conversation: from a person's message to the answer on their screen."""

from bot import processor as processor  # before anything can import numpy
