"""How long events are kept, and that midnight makes no second row of one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection

from calls.intake import leftovers, partitions, retention
from calls.intake import store as inbox
from calls.intake.envelope import open_envelope
from calls.intake.event_key import first_id_at
from calls.intake.inbox import event_rows
from calls.intake.lane import connection_parameters
from calls.models import Event, Pending
from calls.tests.conftest import Post, load

TODAY = date(2021, 5, 31)
STORE_BY_HAND = "INSERT INTO calls_event (id, call_id, type, body, received_bytes) VALUES (%s, 'c', 'hang', '', 1)"
pytestmark = pytest.mark.django_db(transaction=True)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def store(day: date, received: date | None = None, rest: int = 7) -> Event:
    event = Event(id=first_id_at(int(at(day).timestamp() * 1000), rest), type="hang", body=b"", received_bytes=1)
    event.received_at = at(received or day)
    event.save(force_insert=True)
    return event


@pytest.fixture(autouse=True)
def no_days_left(settings: Any) -> Iterator[None]:
    settings.EVENT_RETENTION_DAYS = 30
    yield
    with connection.cursor() as cursor:
        for name, day in retention.days():
            if day.year == TODAY.year:
                cursor.execute(f"DROP TABLE {name}")


@pytest.mark.parametrize(("days", "wrong"), [(1, 0), (30, 0), (0, 1), (-1, 1)])
def test_a_retention_that_would_drop_the_day_that_is_being_written_is_an_error(
    settings: Any, days: int, wrong: int
) -> None:
    settings.EVENT_RETENTION_DAYS = days
    assert len(retention.check_retention()) == wrong
    made = partitions.ensure(days_ahead=1, today=TODAY - timedelta(days=1))
    retention.drop_old(TODAY)
    assert [name for name, _ in retention.days() if name in made] == made


def test_days_older_than_the_retention_go_and_the_others_stay() -> None:
    oldest = TODAY - timedelta(days=32)
    partitions.ensure(days_ahead=32, today=oldest)
    for number in range(33):
        store(oldest + timedelta(days=number))
    assert retention.drop_old(TODAY) == ["calls_event_p20210429", "calls_event_p20210430"]
    assert Event.objects.count() == 31
    assert retention.drop_old(TODAY) == []


def test_a_day_with_an_event_that_is_not_projected_stays(caplog: pytest.LogCaptureFixture) -> None:
    old = TODAY - timedelta(days=40)
    partitions.ensure(days_ahead=0, today=old)
    event = store(old)
    Pending.objects.create(event_id=event.id, call_id="c")
    assert retention.drop_old(TODAY) == []
    assert "not projected" in caplog.text
    Pending.objects.all().delete()
    assert retention.drop_old(TODAY) == [f"calls_event_p{old:%Y%m%d}"]


def test_an_event_that_is_being_stored_while_its_day_is_to_go_keeps_the_day() -> None:
    old = TODAY - timedelta(days=40)
    partitions.ensure(days_ahead=0, today=old)
    event_id = first_id_at(int(at(old).timestamp() * 1000), 7)
    with psycopg.connect(**connection_parameters() | {"autocommit": False}) as other:
        other.execute(STORE_BY_HAND, [event_id])
        other.execute("INSERT INTO calls_pending (event_id, call_id) VALUES (%s, 'c')", [event_id])
        dropping = threading.Thread(target=drop_old)
        dropping.start()
        wait_until_somebody_is_locked_out(other)
        other.commit()
        dropping.join()
    assert list(Event.objects.values_list("id", flat=True)) == [event_id]


def wait_until_somebody_is_locked_out(other: psycopg.Connection[Any]) -> None:
    row = None
    while row != (True,):
        row = other.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)").fetchone()


def test_the_default_partition_is_emptied_in_steps_by_when_events_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "STEP_ROWS", 2)
    old, ancient = TODAY - timedelta(days=50), date(2020, 1, 2)
    for rest in range(5):
        store(old, rest=rest)
    waiting = store(old, rest=99)
    Pending.objects.create(event_id=waiting.id, call_id="c")
    came_today = store(ancient, received=TODAY)
    retention.drop_old(TODAY)
    assert set(Event.objects.values_list("id", flat=True)) == {waiting.id, came_today.id}


def test_a_busy_table_is_left_for_the_next_time(caplog: pytest.LogCaptureFixture) -> None:
    old = TODAY - timedelta(days=40)
    made = partitions.ensure(days_ahead=4, today=old)
    parameters = connection_parameters() | {"autocommit": False}
    with psycopg.connect(**parameters) as other:
        other.execute("LOCK TABLE calls_event IN ROW EXCLUSIVE MODE")
        assert retention.drop_old(TODAY) == []
    assert caplog.text.count("busy") == 1  # one wait, whatever the number of days
    assert retention.drop_old(TODAY) == made


def drop_old() -> None:
    retention.drop_old(TODAY)
    connection.close()


def test_storing_goes_on_while_days_are_dropped(post: Post) -> None:
    old = TODAY - timedelta(days=40)
    for number in range(5):
        partitions.ensure(days_ahead=0, today=old - timedelta(days=number))
    dropping = threading.Thread(target=drop_old)
    dropping.start()
    events = [load("status-update__in-progress", timestamp=1_795_244_400_000 + number) for number in range(40)]
    statuses = {post(event).status_code for event in events}
    dropping.join()
    assert statuses == {200}
    assert Event.objects.count() == 40


BEFORE = datetime(2021, 5, 30, 23, 59, 59, 900_000, tzinfo=UTC)
AFTER = BEFORE + timedelta(seconds=1)


def test_one_event_before_and_after_midnight_is_one_row(post: Post) -> None:
    stamp = int(BEFORE.timestamp() * 1000)
    for now in (BEFORE, AFTER):
        with time_machine.travel(now, tick=True):
            assert post(load("status-update__in-progress", timestamp=stamp)).status_code == 200
    assert Event.objects.count() == Pending.objects.count() == 1


def test_so_is_one_that_only_its_message_id_tells_apart() -> None:
    raw = json.dumps({"message": {"type": "hang", "call": {"id": "c"}}}).encode()
    for message_id, received_at in ((b"one", BEFORE), (b"one", AFTER), (b"other", AFTER), (b"one", BEFORE)):
        inbox.store([event_rows(open_envelope(raw), len(raw), received_at, message_id)])
    assert Event.objects.count() == Pending.objects.count() == 2
