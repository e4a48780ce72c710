"""Shared by all tests. The repository root is on sys.path through pytest's rootdir (python -m pytest)."""
from __future__ import annotations
