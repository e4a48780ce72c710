"""In: a telephone number as staff type it. Out: the number a case keeps."""

from __future__ import annotations

from bot.errors import BadInput, FieldError
from services.cases.api import phone_number


def phone_of(text: str) -> str:
    """The number.

    Raises:
        BadInput: it is none.
    """
    try:
        return phone_number(text)
    except ValueError as error:
        raise BadInput(str(error), (FieldError("contact", str(error).rstrip("。")),)) from error
