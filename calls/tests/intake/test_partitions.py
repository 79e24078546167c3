"""The event table's day partitions."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import connection

from calls.intake import partitions
from calls.intake.event_key import first_id_at
from calls.intake.lane import connection_parameters
from calls.models import Event
from calls.tests.conftest import Post, load

TODAY = date(2031, 5, 6)
NOON_MS = int(datetime(2031, 5, 6, 12, tzinfo=UTC).timestamp() * 1000)
ANOTHER_DAY_MS = 1_795_244_400_000

pytestmark = pytest.mark.django_db


def store(ms: int) -> Event:
    return Event.objects.create(id=first_id_at(ms, 7), type="hang", body=b"", received_bytes=1)


def partition_of(event: Event) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM calls_event WHERE id = %s", [event.id])
        row: tuple[str] = cursor.fetchone()
    return row[0]


def test_partitions_are_made_for_today_and_the_days_ahead_once() -> None:
    assert partitions.ensure(days_ahead=2, today=TODAY) == [
        "calls_event_p20310506",
        "calls_event_p20310507",
        "calls_event_p20310508",
    ]
    assert partitions.ensure(days_ahead=2, today=TODAY) == []


def test_an_event_goes_to_the_day_of_its_timestamp() -> None:
    partitions.ensure(days_ahead=1, today=TODAY)
    day_ms = 24 * 60 * 60 * 1000
    assert partition_of(store(NOON_MS)) == "calls_event_p20310506"
    assert partition_of(store(NOON_MS + day_ms // 2 - 1)) == "calls_event_p20310506"
    assert partition_of(store(NOON_MS + day_ms // 2)) == "calls_event_p20310507"
    assert partition_of(store(NOON_MS - 300 * day_ms)) == "calls_event_default"


def test_a_day_whose_events_came_before_its_partition_keeps_them_where_they_are() -> None:
    event = store(NOON_MS)
    assert partitions.ensure(days_ahead=1, today=TODAY) == ["calls_event_p20310507"]
    assert partition_of(event) == "calls_event_default"


@pytest.mark.django_db(transaction=True)
def test_deliveries_hardly_wait_while_days_are_to_be_made_and_a_backup_reads(post: Post) -> None:
    made: list[str] = []

    def make() -> None:
        made.extend(partitions.ensure(2, TODAY))
        connection.close()

    post(load("status-update__in-progress"))
    with psycopg.connect(**connection_parameters() | {"autocommit": False}) as backup:
        backup.execute("LOCK TABLE calls_event IN ACCESS SHARE MODE")
        making = threading.Thread(target=make)
        making.start()
        slowest_s = slowest_delivery_s(post, making)
    assert made == []
    assert slowest_s < 1.5  # a fifth of a second; two, where making days waits as long as it likes
    assert partitions.ensure(0, TODAY) == ["calls_event_p20310506"]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE calls_event_p20310506")


@pytest.mark.django_db
def test_a_day_is_not_vacuumed_for_having_grown() -> None:
    (name,) = partitions.ensure(0, TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [name])
        assert cursor.fetchone() == (["autovacuum_vacuum_insert_threshold=-1"],)


@pytest.mark.django_db
def test_a_day_is_known_by_a_small_sample_and_of_a_body_by_none() -> None:
    """PostgreSQL looks through it again and again while it grows."""
    (name,) = partitions.ensure(0, TODAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, attstattarget FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [name]
        )
        targets = dict(cursor.fetchall())
    assert targets.keys() == {field.column for field in Event._meta.concrete_fields}
    assert {column for column, target in targets.items() if target == 0} >= {"body", "artifact_hash"}
    assert None not in targets.values()  # which is the usual, a hundred
    assert max(targets.values()) == 10


def slowest_delivery_s(post: Post, while_this_runs: threading.Thread) -> float:
    took_s, number = [0.0], 0
    while while_this_runs.is_alive():
        number, began = number + 1, time.monotonic()
        assert post(load("status-update__in-progress", timestamp=ANOTHER_DAY_MS + number)).status_code == 200
        took_s.append(time.monotonic() - began)
    return max(took_s)
