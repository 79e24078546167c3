"""How long events have waited for the projection, whatever stamps they bear."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.intake.event_key import first_id_at
from calls.metrics.lag import projection, projection_lag_s
from calls.models import Event, Pending

pytestmark = pytest.mark.django_db
NOW_MS = 1_795_244_400_000
LONG_AGO_MS = NOW_MS - 86_400_000


def waits(stamp_ms: int, received_s_ago: float, due_s_ago: float | None = None, **fields: Any) -> None:
    event = Event(id=first_id_at(stamp_ms, 1), call_id="c", type="hang", body=b"", received_bytes=1)
    event.received_at = timezone.now() - timedelta(seconds=received_s_ago)
    event.save(force_insert=True)
    due = timezone.now() - timedelta(seconds=received_s_ago if due_s_ago is None else due_s_ago)
    Pending.objects.create(event_id=event.id, call_id="c", retry_at=due, **fields)


def test_nothing_waits() -> None:
    assert projection_lag_s() == 0


def test_the_one_that_waits_longest_counts() -> None:
    waits(NOW_MS, 90)
    waits(NOW_MS + 1, 5)
    assert projection_lag_s() == pytest.approx(90, abs=2)


def test_an_old_event_that_came_just_now_hides_none_that_has_waited() -> None:
    waits(LONG_AGO_MS, 1)
    waits(NOW_MS, 90)
    assert projection_lag_s() == pytest.approx(90, abs=2)


def test_a_row_whose_event_is_gone_hides_none_either() -> None:
    Pending.objects.create(event_id=first_id_at(LONG_AGO_MS), call_id="c")
    waits(NOW_MS, 90)
    assert projection_lag_s() == pytest.approx(90, abs=2)


def test_what_failed_is_late_only_when_its_next_try_is() -> None:
    waits(NOW_MS, 3600, due_s_ago=-60, attempts=5)
    assert projection_lag_s() == 0
    waits(NOW_MS + 1, 3600, due_s_ago=30, attempts=5)
    assert projection_lag_s() == pytest.approx(30, abs=2)


def test_it_is_one_query() -> None:
    waits(NOW_MS, 1)
    with CaptureQueriesContext(connection) as queries:
        projection_lag_s()
    assert len(queries) == 1


def test_readyz_says_so_above_the_limit(settings: Any) -> None:
    settings.READY_MOST_LAG_S = 60
    waits(NOW_MS, 30)
    assert projection() == ""
    waits(NOW_MS + 1, 90)
    assert projection().startswith("90 s behind")
