"""The container's health check gets an answer whatever Django's hosts and redirects say, and without the database."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from django.test import Client

from supportvoice import asgi


async def ask(path: str, host: str) -> httpx.Response:
    transport = httpx.ASGITransport(asgi.application)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        return await client.get(path)


def test_the_container_is_answered_as_127_0_0_1_over_plain_http(settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["desk.example.com"], True
    response = asyncio.run(ask("/healthz", "127.0.0.1:8000"))
    assert (response.status_code, response.text) == (200, "alive\n")
    assert response.headers["cache-control"] == "no-store"


def test_other_servers_answer_the_same_without_the_database() -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"alive\n")
