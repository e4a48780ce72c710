"""In: reports of stations. Out: Prometheus text with few labels."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from bot.operation import metrics
from bot.operation.install import install_operation

app = FastAPI()
install_operation(app, most_body_bytes=1024)


async def test_the_page_shows_what_was_reported() -> None:
    metrics.count_message("web", "ask_place", "answered")
    metrics.count_degraded("engine_loading")
    metrics.set_engine_ready(True)
    metrics.set_snapshot_revision(7)
    metrics.set_redis_up(True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as http:
        page = (await http.get("/metrics")).text
    for line in (
        'laihutong_messages_total{act="ask_place",channel="web",outcome="answered"}',
        'laihutong_degraded_answers_total{reason="engine_loading"}',
        "laihutong_engine_ready 1.0",
        "laihutong_snapshot_revision 7.0",
        "laihutong_redis_up 1.0",
    ):
        assert line in page


def test_invented_labels_count_as_other() -> None:
    labels = {"channel": "other", "act": "other", "outcome": "failed"}
    before = REGISTRY.get_sample_value("laihutong_messages_total", labels) or 0
    metrics.count_message("fax", "drop_table", "failed")
    assert REGISTRY.get_sample_value("laihutong_messages_total", labels) == before + 1


def test_time_is_observed_also_when_it_fails() -> None:
    def count() -> float:
        return REGISTRY.get_sample_value("laihutong_station_seconds_count", {"station": "answer"}) or 0

    before = count()
    with pytest.raises(ZeroDivisionError), metrics.timed("answer"):
        raise ZeroDivisionError
    assert count() == before + 1
