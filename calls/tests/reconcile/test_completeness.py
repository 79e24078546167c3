"""What counts as known of a day's calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from calls import tasks
from calls.dashboard.completeness import Share
from calls.models import Call, DayCompleteness, Healing, Report, Turn
from calls.reconcile.completeness import count_today_and_yesterday
from calls.tests.dashboard.conftest import client_in

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ENDED: dict[str, Any] = {"status": "ended", "started_at": NOW, "ended_at": NOW}

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer(db: None) -> Client:
    return client_in("viewer")


def call(name: str, **fields: Any) -> Call:
    return Call.objects.create(vapi_id=name, began_at=fields.pop("began_at", NOW), **fields)


def reported(name: str, transcript: str = "AI: Hello.", **fields: Any) -> Call:
    made = call(name, **{**ENDED, **fields})
    Report.objects.create(call=made, reported_at=NOW, transcript=transcript)
    return made


def today() -> tuple[int, ...]:
    """calls, with status, words, report, all three."""
    count_today_and_yesterday(NOW)
    day = DayCompleteness.objects.get(day=NOW.date())
    return day.calls, day.with_status, day.with_transcript, day.with_report, day.complete


def test_a_reported_call_is_complete() -> None:
    reported("a")
    assert today() == (1, 1, 1, 1, 1)


def test_an_ended_call_without_report_and_words_lacks_both() -> None:
    call("a", **ENDED)
    assert today() == (1, 1, 0, 0, 0)


def test_words_may_be_turns() -> None:
    made = reported("a", transcript="")
    assert today() == (1, 1, 0, 1, 0)
    Turn.objects.create(call=made, position=0, role="user", text="Hello?")
    assert today() == (1, 1, 1, 1, 1)


def test_of_a_call_nobody_was_connected_to_no_words_are_missed() -> None:
    reported("a", transcript="", started_at=None)
    assert today() == (1, 1, 1, 1, 1)


def test_a_call_under_way_lacks_nothing_yet_and_a_lost_one_everything() -> None:
    call("running", status="in-progress", started_at=NOW)
    call("lost", status="in-progress", started_at=NOW, lost_at=NOW)
    assert today() == (2, 1, 1, 1, 1)


def test_a_late_report_counts_for_the_day_the_call_began() -> None:
    began = NOW - timedelta(days=1)
    made = call("a", **{**ENDED, "began_at": began})
    count_today_and_yesterday(NOW)
    assert DayCompleteness.objects.get(day=began.date()).with_report == 0
    Report.objects.create(call=made, reported_at=NOW)
    count_today_and_yesterday(NOW)
    assert DayCompleteness.objects.get(day=began.date()).with_report == 1


def test_healed_calls_are_counted_once_whatever_was_filled() -> None:
    made = reported("a")
    Healing.objects.bulk_create([Healing(call=made, field=field) for field in ("report", "status")])
    today()
    assert DayCompleteness.objects.get(day=NOW.date()).healed == 1


def test_beat_counts_every_five_minutes() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["count-completeness"]
    assert (entry["task"], entry["schedule"]) == (tasks.count_completeness.name, 300.0)
    tasks.count_completeness()
    assert DayCompleteness.objects.count() == 2


def test_the_page_shows_shares_and_what_is_missing(viewer: Client) -> None:
    reported("a")
    call("b", **ENDED)
    count_today_and_yesterday(NOW)
    page = viewer.get("/completeness/").content.decode()
    assert "Sat 21 Nov" in page
    assert "50 %" in page and "100 %" in page
    assert "1 missing" in page
    assert "Fri 20 Nov" not in page  # no calls, nothing to say


def test_a_share_is_never_rounded_up_to_all() -> None:
    assert (Share(9_999, 10_000).words, Share(5, 5).words) == ("99.9 %", "100 %")


def test_without_calls_the_page_says_so(viewer: Client) -> None:
    assert "No calls have been counted yet" in viewer.get("/completeness/").content.decode()


def test_who_may_not_see_calls_may_not_see_it() -> None:
    assert client_in(None).get("/completeness/").status_code == 403
