"""When a call sounds dead, and what takes that back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from calls import tasks
from calls.message import moment
from calls.models import Call, Healing, Incident, MessageType, Pending, Report
from calls.reconcile.incidents import NO_REPORT_S, NO_SPEECH_S, RINGING_S, sweep
from calls.tests.dashboard.conftest import client_in
from calls.tests.projection.build import CALL, T0, body, project, row, store

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def speech_is_told() -> None:
    MessageType.objects.create(type="speech-update", first_seen_at=NOW, last_seen_at=NOW)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def ringing(seconds: float) -> Call:
    return Call.objects.create(vapi_id="r", status="ringing", began_at=ago(seconds), last_event_at=ago(seconds))


def silent(seconds: float, **fields: Any) -> Call:
    at = ago(seconds)
    return Call.objects.create(vapi_id="s", status="in-progress", **{"began_at": at, "started_at": at, **fields})


def unreported(seconds: float) -> Call:
    at = ago(seconds)
    return Call.objects.create(vapi_id="u", status="ended", began_at=at, started_at=at, ended_at=at, was_heard=True)


def states() -> dict[str, str]:
    return dict(Incident.objects.values_list("kind", "state"))


@pytest.mark.parametrize(
    ("make", "seconds", "kind"),
    [(ringing, RINGING_S, "ringing"), (silent, NO_SPEECH_S, "no-speech"), (unreported, NO_REPORT_S, "no-report")],
)
def test_an_incident_opens_at_its_second_and_once(make: Any, seconds: int, kind: str) -> None:
    call = make(seconds)
    assert sweep(NOW - timedelta(seconds=1)) == ([], [])
    assert sweep(NOW) == ([call.vapi_id], [])
    assert sweep(NOW + timedelta(seconds=10)) == ([], [])
    assert states() == {kind: "open"}


def test_it_is_one_a_call_and_kind() -> None:
    call = ringing(100)
    Incident.objects.create(call=call, kind="ringing")
    with pytest.raises(IntegrityError, match="incident_once_a_kind"), transaction.atomic():
        Incident.objects.create(call=call, kind="ringing")


def test_it_closes_when_somebody_answers_or_speaks_or_the_report_comes() -> None:
    answered, spoke, reported = ringing(100), silent(30), unreported(70)
    sweep(NOW)
    Call.objects.filter(pk=answered.pk).update(status="in-progress", started_at=NOW)
    Call.objects.filter(pk=spoke.pk).update(was_heard=True)
    Report.objects.create(call=reported, reported_at=NOW)
    opened, closed = sweep(NOW + timedelta(seconds=10))
    assert (opened, sorted(closed)) == ([], ["r", "s", "u"])
    assert set(states().values()) == {"closed"}
    assert set(Incident.objects.values_list("closed_at", flat=True)) == {NOW + timedelta(seconds=10)}


def test_it_closes_when_the_call_ends_unheard() -> None:
    call = silent(30)
    sweep(NOW)
    Call.objects.filter(pk=call.pk).update(status="ended", ended_at=NOW)
    assert sweep(NOW + timedelta(seconds=10)) == ([], ["s"])


@pytest.mark.parametrize("fields", [{"was_heard": True}, {"lost_at": NOW}, {"status": "forwarding"}])
def test_what_was_heard_or_lost_or_is_forwarded_does_not_sound_dead(fields: dict[str, Any]) -> None:
    silent(60)
    Call.objects.update(**fields)
    assert sweep(NOW) == ([], [])


def test_an_account_that_never_tells_of_speech_raises_no_alarm() -> None:
    MessageType.objects.all().delete()
    silent(60)
    assert sweep(NOW) == ([], [])


def test_when_the_workers_are_behind_no_call_is_dead() -> None:
    silent(60)
    event = store([row(body("hang__late-answer", 0))], "s")[0]
    assert sweep(NOW) == ([], [])
    Pending.objects.filter(event_id=event).update(attempts=1)
    assert sweep(NOW) == (["s"], [])


def test_real_events_open_and_close_it() -> None:
    MessageType.objects.update(last_seen_at=moment(T0))
    project(body("status-update__in-progress", 0))
    assert sweep(moment(T0 + 20_000)) == ([CALL], [])
    project(body("speech-update__agent-started", 21_000))
    assert sweep(moment(T0 + 30_000)) == ([], [CALL])


def test_the_watchers_hear_of_it(
    told: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    ringing(100)
    with django_capture_on_commit_callbacks(execute=True):
        sweep(NOW)
        sweep(NOW)
    assert told == [("calls", {"ids": ["r"]})]


def test_a_sweep_costs_the_same_however_many_calls(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    Call.objects.bulk_create(Call(vapi_id=f"c{number}", status="ringing", began_at=ago(95)) for number in range(40))
    with django_assert_num_queries(6):  # four statements, and the savepoint around them
        opened, _ = sweep(NOW)
    assert len(opened) == 40


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("ended_at > now() AND ended_at <= now()", "call_ended"),
        ("ended_at IS NULL AND lost_at IS NULL", "call_running"),
    ],
)
def test_each_kind_has_its_partial_index(where: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM calls_call WHERE {where}")
        assert index in str(cursor.fetchall())


def test_beat_sweeps_every_ten_seconds() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["sweep-incidents"]
    assert (entry["task"], entry["schedule"]) == (tasks.sweep_incidents.name, 10.0)
    at = timezone.now() - timedelta(seconds=95)
    Call.objects.create(vapi_id="r", status="ringing", began_at=at)
    assert tasks.sweep_incidents() == 1


# What people see


@pytest.fixture
def viewer(db: None) -> Client:
    return client_in("viewer")


def page(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def opened(kind: str, vapi_id: str = "c1", **fields: Any) -> Incident:
    call, _ = Call.objects.get_or_create(vapi_id=vapi_id, defaults={"status": "ringing"})
    return Incident.objects.create(call=call, kind=kind, **{"opened_at": timezone.now(), **fields})


def test_live_names_the_calls_that_sound_dead(viewer: Client) -> None:
    opened("ringing")
    shown = page(viewer, "/")
    assert "1 call sounds dead" in shown
    assert 'href="/calls/c1/"' in shown and "Rings and nobody answers" in shown


def test_live_names_three_and_counts_the_rest(viewer: Client) -> None:
    for number in range(5):
        opened("no-report", f"c{number}")
    shown = page(viewer, "/")
    assert "5 calls sound dead" in shown and "and 2 more" in shown


def test_live_is_silent_about_what_is_closed_or_old(viewer: Client) -> None:
    opened("ringing", state="closed", closed_at=timezone.now())
    opened("no-report", "c2", opened_at=timezone.now() - timedelta(days=2))
    assert "sound dead" not in page(viewer, "/") and "sounds dead" not in page(viewer, "/")


def test_the_calls_page_shows_what_is_open_and_what_has_closed(viewer: Client) -> None:
    opened("ringing", state="closed", closed_at=timezone.now())
    opened("no-speech")
    shown = page(viewer, "/calls/c1/")
    assert "This call sounds dead" in shown and "In progress, and nothing is heard" in shown
    assert "Rings and nobody answers" in shown


def test_the_calls_page_names_what_the_api_filled(viewer: Client) -> None:
    call = Call.objects.create(vapi_id="c1")
    for field in ("report", "ended_reason", "report.analysis", "something_new"):
        Healing.objects.create(call=call, field=field)
    shown = page(viewer, "/calls/c1/")
    assert "Filled from Vapi" in shown
    assert "ended reason, report, report: analysis, something new" in shown


def test_a_call_told_by_webhooks_alone_says_nothing_of_the_api(viewer: Client) -> None:
    Call.objects.create(vapi_id="c1")
    assert "Filled from" not in page(viewer, "/calls/c1/")
