"""What came with events goes with them, and what is still told stays."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from calls.intake import inbox, partitions, retention
from calls.intake.leftovers import NOTED_WITHIN, STEERED_FOR, STEP_ROWS, drop_leftovers
from calls.models import AssistantSnapshot, Event, MonitorUrls, Pending
from calls.tests.conftest import Post, load

pytestmark = pytest.mark.django_db(transaction=True)

KEPT_SINCE = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


def seen(at: datetime) -> AssistantSnapshot:
    return AssistantSnapshot.objects.create(hash=os.urandom(16), body=b"", seen_at=at)


def steered(at: datetime) -> MonitorUrls:
    return MonitorUrls.objects.create(call_id=os.urandom(8).hex(), received_at=at)


def test_what_no_event_can_have_come_with_any_more_goes() -> None:
    old_assistant, assistant = seen(KEPT_SINCE - NOTED_WITHIN - MOMENT), seen(KEPT_SINCE - NOTED_WITHIN)
    old_call, call = steered(NOW - STEERED_FOR - MOMENT), steered(NOW - STEERED_FOR)
    drop_leftovers(KEPT_SINCE, NOW)
    assert [bytes(one.hash) for one in AssistantSnapshot.objects.all()] == [assistant.hash] != [old_assistant.hash]
    assert [one.call_id for one in MonitorUrls.objects.all()] == [call.call_id] != [old_call.call_id]


@pytest.mark.parametrize("count", [STEP_ROWS, STEP_ROWS + 1])
def test_however_many_they_are(count: int) -> None:
    MonitorUrls.objects.bulk_create(
        MonitorUrls(call_id=f"c{number}", received_at=KEPT_SINCE) for number in range(count)
    )
    drop_leftovers(KEPT_SINCE, NOW)
    assert not MonitorUrls.objects.exists()


def test_they_go_when_old_events_do() -> None:
    seen(KEPT_SINCE - timedelta(days=365))
    retention.drop_old(NOW.date())
    assert not AssistantSnapshot.objects.exists()


def test_an_assistant_stays_with_an_old_event_that_waits_for_the_projection() -> None:
    day = date(2026, 9, 1)
    (name,) = partitions.ensure(days_ahead=0, today=day)
    try:
        seen(datetime(2026, 9, 1, tzinfo=UTC))
        waits = Event.objects.create(id=partitions.first_id_of(day), call_id="c1", body=b"", received_bytes=1)
        waiting = Pending.objects.create(event_id=waits.pk, call_id="c1")
        assert retention.drop_old(NOW.date()) == []
        assert AssistantSnapshot.objects.exists()
        waiting.delete()
        assert retention.drop_old(NOW.date()) == [name]
        assert not AssistantSnapshot.objects.exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")


def test_an_assistant_that_is_still_told_is_noted_after_some_hours(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post(load("status-update__in-progress"))
    long_ago = timezone.now() - timedelta(hours=7)
    AssistantSnapshot.objects.update(seen_at=long_ago)
    post(load("status-update__in-progress", status="ended"))
    assert AssistantSnapshot.objects.get().seen_at == long_ago, "the process knows that it is there"
    monkeypatch.setattr(inbox, "SENT_AGAIN_AFTER_S", -1)
    post(load("status-update__in-progress", status="forwarding"))
    assert AssistantSnapshot.objects.get().seen_at > long_ago + timedelta(hours=6)


def test_one_that_went_is_stored_anew_when_it_is_told_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post(load("status-update__in-progress"))
    AssistantSnapshot.objects.all().delete()
    monkeypatch.setattr(inbox, "SENT_AGAIN_AFTER_S", -1)
    post(load("status-update__in-progress", status="ended"))
    assert AssistantSnapshot.objects.count() == 1
