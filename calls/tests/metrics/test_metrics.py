"""What /metrics says: to whom, of what, and with how many queries."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from calls.body import pack
from calls.intake import tally
from calls.intake.cause import Cause
from calls.metrics.counted import KNOWN
from calls.models import ApiPass, DayCompleteness, Event, Incident, Judgement, Pending
from calls.tests.conftest import Post, load
from calls.tests.dashboard import build
from supportvoice import metrics
from tickets.models import Operation, Ticket

pytestmark = pytest.mark.django_db
DASHBOARD = Path(configured.BASE_DIR) / "docs" / "grafana" / "supportvoice.json"
TOKEN = "watching-token"


@pytest.fixture(autouse=True)
def token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture(autouse=True)
def no_counts() -> None:
    tally.tally().flush()  # what earlier tests have counted and not written
    tally.client(configured.REDIS_URL).flushdb()


def scrape(client: Client) -> dict[str, float]:
    """Sample with its labels → value."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        f"{sample.name}{json.dumps(sample.labels, sort_keys=True) if sample.labels else ''}": sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize("given", ["", TOKEN, "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer \xe9"])
def test_without_the_token_there_is_nothing_there(client: Client, given: str) -> None:
    assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_where_no_token_is_set_nobody_is_told(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_what_came_is_counted_by_type_and_outcome_and_invented_types_are_one(client: Client) -> None:
    for message_type in ("status-update", "status-update", "hang", "made-up-1", "made-up-2"):
        tally.accepted("", message_type)
    tally.refused("", Cause.WRONG_SIGNATURE)
    tally.repeated(3)
    tally.tally().flush()
    seen = scrape(client)
    assert seen['supportvoice_events_total{"type": "status-update"}'] == 2
    assert seen['supportvoice_events_total{"type": "other"}'] == 2
    assert seen['supportvoice_deliveries_total{"endpoint": "", "outcome": "accepted"}'] == 5
    assert seen['supportvoice_deliveries_total{"endpoint": "", "outcome": "wrong-signature"}'] == 1
    assert seen["supportvoice_events_repeated_total"] == 3
    assert "made-up" not in "".join(seen)


def test_every_type_that_can_be_subscribed_to_is_named() -> None:
    documents = json.loads((Path(configured.BASE_DIR) / "calls/assistants/fields.json").read_text())
    (choices,) = {tuple(found) for found in server_messages(documents)}
    assert len(choices) > 20
    assert set(choices) - KNOWN == set()


def server_messages(part: Any) -> Iterator[list[str]]:
    """The types that `serverMessages` may name, wherever the document has that field."""
    if not isinstance(part, dict | list):
        return
    for name, below in part.items() if isinstance(part, dict) else enumerate(part):
        if name == "serverMessages":
            yield below["list"]["enum"]
        else:
            yield from server_messages(below)


def test_tool_calls_are_timed_from_the_delivery_to_the_answer(post: Post, client: Client) -> None:
    began = time.monotonic()
    assert post(load("tool-calls__get-ticket-details")).status_code == 200
    assert post(load("status-update__in-progress")).status_code == 200
    took_s = time.monotonic() - began
    tally.tally().flush()
    seen = scrape(client)
    assert seen["supportvoice_tool_answer_seconds_count"] == 1
    assert 0 < seen["supportvoice_tool_answer_seconds_sum"] < took_s


def test_commits_are_histograms(client: Client) -> None:
    tally.committed(rows=1, took_s=0.002, waiting=0)
    tally.committed(rows=200, took_s=0.03, waiting=5_000)
    tally.tally().flush()
    seen = scrape(client)
    assert seen['supportvoice_commit_seconds_bucket{"le": "0.0025"}'] == 1
    assert seen['supportvoice_commit_seconds_bucket{"le": "0.05"}'] == 2
    assert seen['supportvoice_commit_seconds_bucket{"le": "+Inf"}'] == 2
    assert seen["supportvoice_commit_seconds_sum"] == pytest.approx(0.032)
    assert seen["supportvoice_commit_rows_sum"] == 201
    assert seen['supportvoice_intake_waiting_bucket{"le": "4000.0"}'] == 1
    assert seen['supportvoice_intake_waiting_bucket{"le": "+Inf"}'] == 2


def test_what_the_database_says_of_now(client: Client) -> None:
    waits_since = timezone.now() - timedelta(seconds=90)
    for number, attempts in enumerate((0, 0, 4)):
        event = uuid.UUID(int=number + 1)
        stored = {"call_id": "c", "type": "hang", "body": pack(b"{}"), "received_bytes": 2}
        Event.objects.create(id=event, **stored)
        due = waits_since if number == 0 else timezone.now()
        Pending.objects.create(event_id=event, call_id="c", attempts=attempts, retry_at=due)
    call = build.full()
    build.tool(call, duration_ms=400)
    operation = {"crm": "zendesk", "ticket": Ticket.objects.create(issue="x"), "kind": "add-note"}
    Operation.objects.create(key="k", state="dead", **operation)
    seen = scrape(client)
    assert 90 <= seen["supportvoice_projection_lag_seconds"] < 100
    assert (seen["supportvoice_pending_events"], seen["supportvoice_pending_events_failing"]) == (3, 1)
    assert seen['supportvoice_operations{"state": "dead"}'] == 1
    assert seen['supportvoice_operations{"state": "waiting"}'] == 0
    assert seen['supportvoice_tool_call_seconds_lately{"quantile": "1.0"}'] >= 0.4


def test_what_webhooks_lost(client: Client) -> None:
    call = build.full()
    Incident.objects.create(call=call, kind="no-report")
    Incident.objects.create(call=call, kind="ringing", state="closed", closed_at=timezone.now())
    ApiPass.objects.create(ended_at=timezone.now() - timedelta(seconds=90))
    yesterday = timezone.now().astimezone(UTC).date() - timedelta(days=1)
    parts = {"with_status": 8, "with_transcript": 6, "with_report": 4, "complete": 2}
    DayCompleteness.objects.create(day=yesterday, calls=8, **parts)
    tally.healed(["report", "status", "report"])
    seen = scrape(client)
    assert seen['supportvoice_incidents_open{"kind": "no-report"}'] == 1
    assert seen['supportvoice_incidents_open{"kind": "ringing"}'] == 0
    assert 90 <= seen["supportvoice_api_pass_age_seconds"] < 100
    shares = [
        seen[f'supportvoice_yesterday_complete_ratio{{"part": "{part}"}}']
        for part in ("status", "transcript", "report", "all")
    ]
    assert shares == [1, 0.75, 0.5, 0.25]
    assert seen['supportvoice_fields_healed_total{"field": "report"}'] == 2


def test_where_nothing_was_compared_yet_nothing_is_said_of_it(client: Client) -> None:
    seen = scrape(client)
    assert "supportvoice_api_pass_age_seconds" not in seen
    assert not any(name.startswith("supportvoice_yesterday_complete_ratio") for name in seen)


def test_false_positives_have_their_interval(client: Client) -> None:
    call = build.full()
    for verdict, mark in (("do", "wrong"), ("don't", "right"), ("don't", "right"), ("do", "right")):
        fields = {"verdict": verdict, "mark": mark, "marked_at": timezone.now()}
        Judgement.objects.create(tool_call=build.tool(call), intent="cancel", reason="x", **fields)
    seen = scrape(client)
    assert seen['supportvoice_intent_marked{"intent": "cancel"}'] == 4
    bounds = [
        seen[f'supportvoice_intent_false_positive_ratio{{"bound": "{one}", "intent": "cancel"}}']
        for one in ("low", "rate", "high")
    ]
    assert bounds == [pytest.approx(0.0615, abs=1e-3), pytest.approx(1 / 3), pytest.approx(0.7923, abs=1e-3)]


def test_a_source_that_cannot_be_read_takes_no_other_with_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise ConnectionError

    monkeypatch.setitem(metrics.SOURCES, "intake", broken)
    seen = scrape(client)
    assert seen['supportvoice_source_up{"source": "intake"}'] == 0
    assert seen['supportvoice_source_up{"source": "calls"}'] == 1
    assert "supportvoice_pending_events" in seen


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            scrape(client)
        return len(captured)

    build.tool(build.full(vapi_id="one"))
    few = queries()
    for _ in range(20):
        build.tool(build.full())
    assert queries() == few == 12


def test_the_dashboard_asks_only_for_what_is_there(client: Client) -> None:
    asked = set(re.findall(r"supportvoice_\w+", DASHBOARD.read_text()))
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    told = set(re.findall(r"^# TYPE (\w+)", answer, re.MULTILINE))
    histograms = set(re.findall(r"^# TYPE (\w+) histogram", answer, re.MULTILINE))
    assert asked - told - {f"{name}_bucket" for name in histograms} == set()
    assert told - {name.removesuffix("_bucket") for name in asked} == set()
