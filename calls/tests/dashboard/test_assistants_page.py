"""The page Assistants: what a run does when asked for, how it ends, and how calls went with each version."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from calls.assistants import runs
from calls.assistants.sync import alone
from calls.dashboard import version_calls
from calls.dashboard.assistants import versions
from calls.models import Assistant, Call, Escalation, Interruption, Managed, SyncRun
from calls.tests.assistants.folder import AGENT, write
from calls.tests.dashboard.conftest import client_in


@pytest.fixture
def manager(db: None) -> Client:
    return client_in("manager")


@pytest.fixture(autouse=True)
def nowhere(settings: Any, tmp_path: Path) -> None:
    """Nobody listens there."""
    settings.VAPI_API_KEY, settings.VAPI_API_URL = "key", "http://127.0.0.1:9"
    settings.ASSISTANTS_DIR = write(tmp_path / "assistants", support_md=AGENT)


def start(client: Client, **fields: str) -> Any:
    return client.post("/assistants/start", fields, headers={"HX-Request": "true"})


def test_a_manager_starts_a_run_and_is_on_record(manager: Client) -> None:
    assert start(manager, act="apply", name="assistant support", force="yes").status_code == 200
    run = SyncRun.objects.get()
    assert (run.act, run.name, run.force, run.state) == ("apply", "assistant support", True, "waiting")
    assert run.by and run.by.username == "manager"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"act": "explode"},
        {"act": "roll-back", "name": "assistant support"},
        {"act": "roll-back", "name": "assistant support", "version": "²"},
        {"act": "apply", "name": "x" * 500},
    ],
)
def test_what_is_no_act_starts_nothing_and_says_so(manager: Client, fields: dict[str, str]) -> None:
    answered = start(manager, **fields)
    assert answered.status_code == 422
    assert "Nothing was started" in answered.content.decode()
    assert not SyncRun.objects.exists()


def test_the_page_says_what_would_go_wrong_and_what_to_do(manager: Client) -> None:
    html = manager.get("/assistants/").content.decode()
    assert "no-person" in html
    assert "Add the tool escalateToHuman" in html


def test_a_viewer_may_not_even_look(viewer: Client) -> None:
    assert viewer.get("/assistants/").status_code == 403


def test_a_run_that_cannot_reach_vapi_ends_and_says_why(db: None) -> None:
    run = SyncRun.objects.create(act="apply")
    assert runs.perform_due() == 1
    run.refresh_from_db()
    assert run.state == "failed"
    assert "Vapi could not be reached" in run.said
    assert run.ended_at
    assert runs.perform_due() == 0


def test_a_run_whose_worker_died_does_not_stay_open(db: None) -> None:
    long_ago = timezone.now() - runs.SILENT - timedelta(seconds=1)
    run = SyncRun.objects.create(act="apply", state="running", said="tool a: created\n", said_at=long_ago)
    runs.perform_due()
    run.refresh_from_db()
    assert run.state == "failed"
    assert run.lines[0] == "tool a: created"
    assert "Start it again" in run.lines[1]


@pytest.mark.django_db(transaction=True)
def test_a_run_beside_another_one_says_so(settings: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def perform() -> int:
        try:
            return runs.perform_due()
        finally:
            connection.close()

    run = SyncRun.objects.create(act="pull")
    with alone(), ThreadPoolExecutor(1) as threads:
        threads.submit(perform).result()
    run.refresh_from_db()
    assert "Another run is under way" in run.said


def test_calls_are_counted_with_the_version_they_began_with(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Managed.objects.create(kind="assistant", key="support", vapi_id="a1")
    now, agent = timezone.now(), Assistant.objects.create(vapi_id="a1")
    for number, hours in ((1, 3), (2, 1)):
        row.versions.create(
            number=number, document={"name": f"v{number}"}, source="applied", at=now - timedelta(hours=hours)
        )
    for hours, seconds in ((5, 9), (2, 60), (2, 120), (0, 30)):
        began = now - timedelta(hours=hours)
        call = Call.objects.create(
            vapi_id=f"{hours}-{seconds}",
            assistant=agent,
            began_at=began,
            started_at=began,
            ended_at=began + timedelta(seconds=seconds),
        )
    Escalation.objects.create(call=call, reason="asked")
    Escalation.objects.create(call=call, reason="asked again", state="resolved", resolved_at=now, resolution="x")
    Interruption.objects.create(call=call, caller_began_at=now, gap_ms=300)
    newest, oldest = versions(row)
    assert (newest.calls.calls, newest.calls.escalated, newest.calls.stop_p95_ms) == (1, 1, 300)
    assert (oldest.calls.calls, oldest.calls.average) == (2, timedelta(seconds=90))
    assert [change.path for change in newest.changes] == ["name"]
    assert newest.is_current
    assert [one.calls.in_words for one in (newest, oldest)] == ["1 call", "2 calls"]
    monkeypatch.setattr(version_calls, "MOST_COUNTED", 1)
    assert [one.calls.in_words for one in versions(row)] == ["1 call", "1+ calls"]
