"""In: pytest looking for doctests. Out: nothing to look at here: Alembic runs these files, nobody imports them."""

from __future__ import annotations

collect_ignore_glob = ["*"]
