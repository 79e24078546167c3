"""Whether the installation can do its work, part by part, in words that name no address."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx
import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from supportvoice import asgi, health, readiness

pytestmark = pytest.mark.django_db(transaction=True)
ALL_WELL = {"ready": True, "database": "ok", "migrations": "ok", "broker": "ok", "projection": "ok"}


@pytest.fixture(autouse=True)
def never_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_looked", health.Looked())


async def ask_our_server(times: int = 1, path: str = "/readyz") -> list[httpx.Response]:
    transport = httpx.ASGITransport(asgi.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://not-an-allowed-host") as client:
        return await asyncio.gather(*(client.get(path) for _ in range(times)))


def test_all_is_well(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, ALL_WELL)
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_answered_ahead_of_django_whatever_the_host() -> None:
    (answer,) = asyncio.run(ask_our_server())
    assert answer.json() == ALL_WELL


def test_a_hundred_who_ask_at_once_cost_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []

    def database() -> str:
        looks.append(threading.current_thread().name)
        return ""

    monkeypatch.setitem(readiness.PARTS, "database", database)
    answers = asyncio.run(ask_our_server(times=100))
    assert {answer.status_code for answer in answers} == {200}
    assert len(looks) == 1


def test_while_one_look_hangs_who_asks_is_told_and_alive_still_is(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(health, "LONGEST_LOOK_S", 0.1)
    monkeypatch.setitem(readiness.PARTS, "database", lambda: "" if go_on.wait(10) else "hung")
    hung = asyncio.run(ask_our_server(times=50))
    (alive,) = asyncio.run(ask_our_server(path="/healthz"))
    go_on.set()
    assert {answer.status_code for answer in hung} == {503}
    assert alive.status_code == 200


def test_a_broker_that_is_away_is_said_and_no_address_with_it(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == ALL_WELL | {"ready": False, "broker": "does not answer"}


def test_a_database_that_is_away_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> str:
        raise ConnectionError

    monkeypatch.setitem(readiness.PARTS, "database", away)
    unknown = "not known without the database"
    said = {"ready": False, "database": "does not answer", "migrations": unknown, "projection": unknown}
    assert client.get("/readyz").json() == ALL_WELL | said


def test_a_migration_that_is_missing_is_said(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="calls").order_by("-pk").first().delete()  # type: ignore[union-attr]
    try:
        assert client.get("/readyz").json()["migrations"] == "not applied: 1"
    finally:
        MigrationRecorder.Migration.objects.create(app="calls", name=newest())


def newest() -> str:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    (leaf,) = MigrationLoader(connection).graph.leaf_nodes("calls")
    return str(leaf[1])


def test_a_projection_that_is_behind_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calls.metrics.lag.projection_lag_s", lambda: 300.0)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["projection"]) == (503, "300 s behind: look at the workers")
