"""In: passwords. Out: argon2 hashes, checks of them that always take as long, and new random ones."""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from bot.errors import BadInput, FieldError

SHORTEST, LONGEST = 10, 128
"""Characters."""
_HASHER = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)
"""OWASP's second setting with one more pass: 19 MB, about 40 ms on one core of a small server."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look like digits: somebody reads it from a screen."""


def hashed(password: str) -> str:
    """The hash to keep."""
    return _HASHER.hash(password)


def right(kept: str | None, password: str) -> bool:
    """Whether it is the password. None (no such person) takes as long as a wrong one."""
    try:
        return _HASHER.verify(kept or _nobodys(), password[:LONGEST]) and kept is not None
    except VerifyMismatchError:
        return False


def made() -> str:
    """A random password of 80 bits, in fours."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def check_new(password: str, name: str) -> None:
    """Refuse what is easily guessed.

    Raises:
        BadInput: too short, too long, one character only, or the name itself.
    """
    problem = ""
    if not SHORTEST <= len(password) <= LONGEST:
        problem = f"密码要 {SHORTEST} 到 {LONGEST} 个字符。"
    elif len(set(password)) < 4 or name.lower() in password.lower():
        problem = "这个密码太容易猜，请换一个。"
    if problem:
        raise BadInput(problem, (FieldError("password", problem),))


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return hashed(secrets.token_hex(16))
