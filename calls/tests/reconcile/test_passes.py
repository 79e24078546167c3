"""How far a pass goes, where it goes on, and what it says where it cannot."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from calls import tasks
from calls.models import ApiPass, Call, Event, Incident
from calls.projection.run import project_pending
from calls.reconcile import passes
from calls.tests.reconcile.build import api_call
from calls.vapi import rest
from calls.vapi.rest import RestError, iso

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
AGO = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


class Vapi:
    """In Rest's place: the calls it has, and what it was asked."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.asked: list[tuple[datetime, datetime, str]] = []
        self.singles: list[str] = []
        self.fails_at = 0
        self.fails_always = False

    def __enter__(self) -> Vapi:
        return self

    def __exit__(self, *_: object) -> None: ...

    def calls(self, since: datetime, until: datetime, before: str = "") -> list[dict[str, Any]]:
        self.asked.append((since, until, before))
        if self.fails_always or len(self.asked) == self.fails_at:
            raise RestError("Vapi could not be reached (GET /call).")
        rows = [row for row in self.rows if iso(since) < row["updatedAt"] <= iso(until)]
        rows = [row for row in rows if not before or row["createdAt"] <= before]
        return sorted(rows, key=lambda row: str(row["createdAt"]), reverse=True)[: rest.CALLS_PAGE]

    def call(self, vapi_id: str) -> dict[str, Any] | None:
        self.singles.append(vapi_id)
        return next((row for row in self.rows if row["id"] == vapi_id), None)


@pytest.fixture
def vapi(monkeypatch: pytest.MonkeyPatch) -> Vapi:
    there = Vapi()
    monkeypatch.setattr(passes, "Rest", lambda: there)
    monkeypatch.setattr(passes, "CALLS_PAGE", 3)
    monkeypatch.setattr(rest, "CALLS_PAGE", 3)
    return there


def ended(number: int, *, created: timedelta, updated: timedelta = 2 * AGO) -> dict[str, Any]:
    return api_call(id=f"call-{number:02}", createdAt=iso(NOW - created), updatedAt=iso(NOW - updated))


def stored() -> set[str]:
    return set(Event.objects.values_list("call_id", flat=True))  # type: ignore[arg-type]


def test_every_page_is_read(vapi: Vapi) -> None:
    vapi.rows = [ended(number, created=number * AGO) for number in range(1, 9)]
    outcome = passes.go_on(NOW)
    assert stored() == {row["id"] for row in vapi.rows}
    assert (outcome.asked, len(outcome.filled), outcome.is_whole) == (8, 8, True)


def test_calls_of_one_millisecond_do_not_stop_the_pages(vapi: Vapi) -> None:
    vapi.rows = [ended(number, created=AGO * (1 if number < 4 else 2)) for number in range(1, 7)]
    passes.go_on(NOW)
    assert {"call-01", "call-02", "call-03", "call-04"} <= stored()


def test_the_first_pass_looks_back_a_day_and_the_next_ones_overlap(vapi: Vapi) -> None:
    passes.go_on(NOW)
    passes.go_on(NOW + 5 * AGO)
    first, second = vapi.asked
    assert first == (NOW - passes.FIRST_LOOK_BACK - passes.OVERLAP, NOW - passes.SETTLED, "")
    assert second[:2] == (first[1] - passes.OVERLAP, NOW + 5 * AGO - passes.SETTLED)


def test_what_changed_just_now_is_left_to_the_webhooks(vapi: Vapi) -> None:
    vapi.rows = [ended(1, created=3 * AGO, updated=timedelta(seconds=20))]
    assert passes.go_on(NOW).filled == []
    assert len(passes.go_on(NOW + 5 * AGO).filled) == 1


def test_a_pass_that_was_broken_off_goes_on_at_its_page(vapi: Vapi) -> None:
    vapi.rows = [ended(number, created=number * AGO) for number in range(1, 9)]
    vapi.fails_at = 2
    assert passes.go_on(NOW).error == "Vapi could not be reached (GET /call)."
    assert (ApiPass.objects.get().through, len(stored())) == (None, 3)

    passes.go_on(NOW + 5 * AGO)

    assert vapi.asked[2] == vapi.asked[1]
    assert len(stored()) == 8
    assert ApiPass.objects.get().through == NOW - passes.SETTLED
    assert ApiPass.objects.get().error == ""


def test_a_pass_that_takes_too_long_leaves_the_rest_to_the_next(vapi: Vapi, monkeypatch: pytest.MonkeyPatch) -> None:
    vapi.rows = [ended(number, created=number * AGO) for number in range(1, 9)]
    monkeypatch.setattr(passes, "LONGEST_RUN_S", -1)
    for more in range(3):
        outcome = passes.go_on(NOW + more * AGO)
    assert len(stored()) == 8
    assert "the next pass goes on" not in outcome.in_words()


def test_a_failure_is_told_once(vapi: Vapi, caplog: pytest.LogCaptureFixture) -> None:
    vapi.fails_always = True
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            passes.go_on(NOW)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert ApiPass.objects.get().error


def test_without_a_key_it_says_so_once_and_does_nothing(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.VAPI_API_KEY = ""
    with caplog.at_level(logging.WARNING):
        assert (tasks.reconcile(), tasks.reconcile()) == (0, 0)
    assert len(caplog.records) == 1 and "VAPI_API_KEY" in caplog.text


def test_a_call_that_sounds_dead_is_asked_for_by_name_once_an_hour(vapi: Vapi) -> None:
    vapi.rows = [api_call(id="old", updatedAt=iso(NOW - timedelta(days=9)))]
    call = Call.objects.create(vapi_id="old", status="ended", ended_at=NOW - 20 * AGO)
    Incident.objects.create(call=call, kind="no-report", opened_at=NOW - 10 * AGO)
    for minutes in (0, 5, 59, 61):
        passes.go_on(NOW + minutes * AGO)
    project_pending()
    assert vapi.singles == ["old", "old"]
    assert Call.objects.get().report.transcript


def test_one_that_vapi_does_not_know_is_no_error(vapi: Vapi) -> None:
    Incident.objects.create(call=Call.objects.create(vapi_id="x"), kind="ringing", opened_at=NOW - 10 * AGO)
    assert passes.go_on(NOW).error == ""


# The command


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("reconcile", *arguments, stdout=out)
    return out.getvalue()


def now_ended() -> dict[str, Any]:
    at = iso(timezone.now() - timedelta(seconds=5))
    return api_call(id="c1", createdAt=at, updatedAt=at)


def test_the_command_fills_up_to_this_moment(vapi: Vapi) -> None:
    vapi.rows = [now_ended()]
    assert run() == "c1: never seen before\n1 call looked at, 1 filled from Vapi's API.\n"
    project_pending()
    assert "0 filled" in run()


def test_a_plan_fills_nothing_and_moves_nothing(vapi: Vapi) -> None:
    vapi.rows = [now_ended()]
    assert run("--plan").endswith("1 call looked at, 1 to be filled from Vapi's API.\n")
    assert not Event.objects.exists()
    assert ApiPass.objects.get().through is None


def test_since_looks_as_far_back_as_it_is_told(vapi: Vapi) -> None:
    run("--since", "2026-11-01T00:00Z")
    assert vapi.asked[0][0] == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01T00:00Z"])
def test_a_since_that_is_no_moment_is_refused_in_words(text: str) -> None:
    with pytest.raises(CommandError, match="--since must look like"):
        run("--since", text)


def test_the_command_without_a_key_says_where_to_get_one(settings: Any) -> None:
    settings.VAPI_API_KEY = ""
    with pytest.raises(CommandError, match=r"VAPI_API_KEY.*dashboard"):
        run()


def test_beat_asks_as_often_as_it_is_set() -> None:
    entry = django_settings.CELERY_BEAT_SCHEDULE["reconcile"]
    assert (entry["task"], entry["schedule"]) == (tasks.reconcile.name, float(django_settings.RECONCILE_EVERY_S))
