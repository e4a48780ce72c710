"""In: what the stations report. Out: Prometheus metrics at GET /metrics. Labels come from closed sets only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, get_args

from fastapi import APIRouter, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from bot.messages import ACTS, Channel

Outcome = Literal["answered", "asked_back", "handed_over", "alerted", "degraded", "refused", "failed"]
DegradedReason = Literal["engine_loading", "engine_down", "engine_slow", "redis_down", "failed"]
Account = Literal["wechat", "wecom"]
Undelivered = Literal["closed", "used_up", "staff", "give_up", "waited"]
Station = Literal[
    "http", "chat", "understanding", "dialogue", "action", "knowledge", "eligibility", "places", "cases", "answer"
]

MESSAGES = Counter("laihutong_messages_total", "Messages of people.", ["channel", "act", "outcome"])
STATION_SECONDS = Histogram(
    "laihutong_station_seconds",
    "Time a station took, seconds.",
    ["station"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 4.5, 10),
)
DEGRADED = Counter("laihutong_degraded_answers_total", "Answers given without the full engine.", ["reason"])
REFUSED = Counter(
    "laihutong_account_refused_total", "Calls that an account's API refused, by what that asks for.", ["account", "do"]
)
UNDELIVERED = Counter(
    "laihutong_undelivered_total", "Messages to people that did not go out, by why.", ["account", "why"]
)
# Of several processes the worst counts: "min".
ENGINE = Gauge(
    "laihutong_engine_ready", "Whether the dialogue engine answers (1) or not (0).", multiprocess_mode="livemin"
)
SNAPSHOT = Gauge("laihutong_snapshot_revision", "Revision of the published items in use.", multiprocess_mode="livemin")
REDIS_UP = Gauge("laihutong_redis_up", "Whether Redis answers (1) or not (0).", multiprocess_mode="livemin")

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable of prometheus-client: where several processes put their counts together."""

router = APIRouter()


@router.get("/metrics", include_in_schema=False)
def metrics_page() -> Response:
    """All metrics in Prometheus' text format; of all worker processes together when there are several."""
    registry = REGISTRY
    if SHARED_FOLDER in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def count_message(channel: str, act: str, outcome: Outcome) -> None:
    """Count one message; unknown channels and acts count as "other", so that labels stay few."""
    known_channel = channel if channel in get_args(Channel) else "other"
    MESSAGES.labels(known_channel, act if act in ACTS else "other", outcome).inc()


def count_degraded(reason: DegradedReason) -> None:
    """Count one answer given in degraded mode."""
    DEGRADED.labels(reason).inc()


def count_refused(account: Account, do: str) -> None:
    """Count one refusal of an account's API; `do` is a value of the closed set in bot/channels/wechat/api_errors.py."""
    REFUSED.labels(account, do).inc()


def count_undelivered(account: Account, why: Undelivered) -> None:
    """Count one message to a person that did not go out."""
    UNDELIVERED.labels(account, why).inc()


def set_engine_ready(ready: bool) -> None:
    """Report whether the dialogue engine answers."""
    ENGINE.set(1 if ready else 0)


def set_snapshot_revision(revision: int) -> None:
    """Report the revision of the published items in use."""
    SNAPSHOT.set(revision)


def set_redis_up(up: bool) -> None:
    """Report whether Redis answers."""
    REDIS_UP.set(1 if up else 0)


@contextmanager
def timed(station: Station) -> Iterator[None]:
    """Observe how long the block takes, also when it fails.

    >>> with timed("answer"):
    ...     pass
    """
    with STATION_SECONDS.labels(station).time():
        yield
