"""Tests of bot/understanding/encoder, file by file."""
