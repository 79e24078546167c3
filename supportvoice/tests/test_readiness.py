"""Whether the installation can do its work, part by part, in words that name no address."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from supportvoice import asgi, readiness

pytestmark = pytest.mark.django_db(transaction=True)
ALL_WELL = {"ready": True, "database": "ok", "migrations": "ok", "broker": "ok", "projection": "ok"}


def test_all_is_well(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, ALL_WELL)
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_answered_ahead_of_django_whatever_the_host() -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(asgi.application)
        async with httpx.AsyncClient(transport=transport, base_url="http://not-an-allowed-host") as client:
            return await client.get("/readyz")

    assert asyncio.run(ask()).json() == ALL_WELL


def test_a_broker_that_is_away_is_said_and_no_address_with_it(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == ALL_WELL | {"ready": False, "broker": "does not answer"}


def test_a_database_that_is_away_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> str:
        raise ConnectionError

    monkeypatch.setitem(readiness.PARTS, "database", away)
    assert client.get("/readyz").json()["database"] == "does not answer"


def test_a_migration_that_is_missing_is_said(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="calls").order_by("-pk").first().delete()  # type: ignore[union-attr]
    try:
        assert client.get("/readyz").json()["migrations"] == "1 migrations are not applied"
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
