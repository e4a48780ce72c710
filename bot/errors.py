"""Every error the project raises on purpose, in one tree; each knows the sentence for the person it reaches.

LaihutongError                 anything of ours
├── SetupError                 the installation is not complete: the sentence says what to run
├── DataError                  a file a clerk edits is wrong: the sentence names file, item and field
├── BadInput                   a request we cannot accept (HTTP 4xx)
│   ├── Forbidden              403
│   ├── TooLarge               413
│   ├── NotSignedIn            401
│   ├── NotAllowed             403
│   ├── NotFound               404
│   ├── Conflict               409
│   └── TooMany                429
└── Unavailable                a part is down or too slow; the person gets the hotline number
    ├── ServiceDown            a service client gave up (timeout, retries used, breaker open)
    └── EngineNotReady         the dialogue engine is still loading or has stopped
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One wrong field of a request or of a data file."""

    field: str
    """Where it is, as a dotted path ("text", "facts.age")."""
    message: str
    """What is wrong, in plain Chinese."""


class LaihutongError(Exception):
    """Base of all errors raised on purpose.

    Args:
        sentence: what to tell the person it reaches, in plain Chinese.
        fields: wrong fields, when the error is about input.
    """

    code = "error"
    """Stable English word for programs."""
    status = 500
    """HTTP status where the error reaches an API caller."""

    def __init__(self, sentence: str, fields: tuple[FieldError, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = fields


class SetupError(LaihutongError):
    """The installation is not complete."""

    code = "setup_incomplete"


class DataError(LaihutongError):
    """A data file is wrong."""

    code = "bad_data"


class BadInput(LaihutongError):
    """A request that cannot be accepted."""

    code = "bad_input"
    status = 422


class Forbidden(BadInput):
    """The caller is not who it should be."""

    code = "not_allowed"
    status = 403


class TooLarge(BadInput):
    """A request or a field over its size limit."""

    code = "too_large"
    status = 413


class NotFound(BadInput):
    """The thing asked for does not exist."""

    code = "not_found"
    status = 404


class NotSignedIn(BadInput):
    """Nobody is signed in, or the session has ended."""

    code = "not_signed_in"
    status = 401


class NotAllowed(BadInput):
    """Signed in, but not for this; or the request does not come from one of our pages."""

    code = "not_allowed"
    status = 403


class Conflict(BadInput):
    """Somebody else changed it in the meantime; nothing was overwritten."""

    code = "conflict"
    status = 409


class TooMany(BadInput):
    """Too many requests from one conversation."""

    code = "too_many_requests"
    status = 429


class Unavailable(LaihutongError):
    """A part is down or too slow."""

    code = "unavailable"
    status = 503


class ServiceDown(Unavailable):
    """A service client gave up."""

    code = "service_down"


class EngineNotReady(Unavailable):
    """The dialogue engine is not there (yet)."""

    code = "engine_not_ready"
