"""In: log events of ours, Rasa, uvicorn, libraries. Out: one JSON object a line on stderr, nothing personal."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.channels.masking import mask

PERSONAL_KEYS = frozenset(
    {
        "text", "user_text", "message_text", "response_text", "token_text", "parse_data_text", "normalized",
        "contact", "phone", "name", "openid", "open_id", "from_user", "conversation_id", "sender_id",
        "slots", "slot_values", "prefilled_slots", "facts", "entities", "parse_data_entities",
        "user_message", "json_message", "rasa_event", "rasa_events", "prediction_events",
        "tracker_latest_message", "tracker_states", "current_states", "old_states", "states",
        "password", "secret", "token", "access_token", "authorization", "cookie",
    }
)  # fmt: skip
"""Never logged, whatever they hold; Rasa's names are those of rasa.utils.log_utils."""
_QUIET = {
    "rasa": logging.WARNING, "rasa_sdk": logging.WARNING, "httpx": logging.WARNING, "httpcore": logging.WARNING,
    "sqlalchemy": logging.WARNING, "alembic": logging.WARNING, "apscheduler": logging.WARNING,
    "asyncio": logging.WARNING, "jieba": logging.WARNING, "matplotlib": logging.WARNING, "h5py": logging.WARNING,
    "tensorflow": logging.ERROR, "uvicorn.access": logging.ERROR,
}  # fmt: skip
"""Libraries that would say what people wrote, or too much. httpx logs whole addresses, with tokens."""


def configure_logging(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logs of this process through one masked JSON formatter. May be called again.

    Args:
        level: DEBUG, INFO, WARNING or ERROR, for our own events.
        stream: where to write; stderr when left out.

    Start uvicorn with `log_config=None`, or it puts its own handlers back.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_personal_data,
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        theirs = logging.getLogger(name)  # uvicorn gives them handlers of their own unless told not to
        theirs.handlers.clear()
        theirs.propagate, theirs.disabled = True, False
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        # Drops what is below the level before anything is built: Rasa makes a dozen debug calls a message.
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=False,
    )  # fmt: skip


def without_personal_data(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Drop PERSONAL_KEYS at any depth and mask every other text (a structlog processor).

    >>> without_personal_data(None, "info", {"event": "来自13812345678", "text": "我要办居住证"})
    {'event': '来自〔手机号〕'}
    """
    own = {key: value for key, value in event.items() if key.startswith("_")}
    return {**_clean({key: value for key, value in event.items() if key not in own}), **own}


_KEY_IN_ADDRESS = re.compile(r"(?<=[?&]key=)[^&\s\"]+")
"""A key that came in an address; uvicorn logs the addresses of WebSockets whole."""


def _clean(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _clean(each) for key, each in value.items() if str(key).lower() not in PERSONAL_KEYS}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(each) for each in value]
    return f"<{len(value)} bytes>" if isinstance(value, bytes) else mask(_KEY_IN_ADDRESS.sub("…", str(value)))
