"""A tally that starts empty, and deliveries that are counted before they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings

from calls.intake import tally
from calls.tests.conftest import post_through_drf, signed

Deliver = Callable[..., int]


@pytest.fixture(autouse=True)
def counted_from_nothing() -> Iterator[None]:
    tally.tally().flush()
    redis = tally.client(settings.REDIS_URL)
    redis.delete(tally.LAST, tally.counts_key(datetime.now(UTC).date()))
    yield
    tally.tally().flush()


@pytest.fixture(autouse=True)
def asks_nobody(settings: Any) -> None:
    """A test that wants somebody asked says whom."""
    settings.PUBLIC_URL = settings.VAPI_API_KEY = ""


@pytest.fixture
def deliver(db: None) -> Deliver:
    """deliver(body, headers=…, path=…) → the status, once it is counted."""

    def send(body: bytes, headers: dict[str, Any] | None = None, path: str = "/webhook/vapi") -> int:
        response = post_through_drf(body, signed(body) if headers is None else headers, path, "POST")
        tally.tally().flush()
        return response.status_code

    return send
