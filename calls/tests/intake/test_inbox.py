"""What is stored of a delivery, how often, and that 200 means it is. Through the DRF view and through the lane."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from calls.body import unpack
from calls.models import AssistantSnapshot, Event, MonitorUrls, Pending
from calls.tests.conftest import Post, load
from supportvoice.encryption import unseal

STATUS = "status-update__in-progress"


def stored(event: Event) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(unpack(event.body))
    return body


def test_an_accepted_event_waits_for_the_projection(post: Post) -> None:
    assert post(load(STATUS)).status_code == 200
    event, pending = Event.objects.get(), Pending.objects.get()
    assert (event.type, event.call_id) == ("status-update", "0199c1aa-7b1e-7c30-a0d5-3f4b8e9a1001")
    assert event.stamped_at and event.stamped_at.timestamp() == 1795244400
    assert event.id.int >> 80 == 1795244400000
    assert (pending.event_id, pending.call_id, pending.attempts) == (event.id, event.call_id, 0)
    assert stored(event)["status"] == "in-progress"


def test_a_second_delivery_of_the_same_event_changes_nothing(post: Post) -> None:
    for _ in range(3):
        assert post(load(STATUS)).status_code == 200
    assert (Event.objects.count(), Pending.objects.count()) == (1, 1)


def test_a_redelivery_after_the_projection_does_not_wake_it_again(post: Post) -> None:
    post(load(STATUS))
    Pending.objects.all().delete()
    post(load(STATUS))
    assert not Pending.objects.exists()


@pytest.mark.parametrize("other", [{"status": "ended"}, {"timestamp": 1795244400001}, {"call": {"id": "another"}}])
def test_what_differs_is_another_event(post: Post, other: dict[str, Any]) -> None:
    post(load(STATUS))
    post(load(STATUS, **other))
    assert Event.objects.count() == 2


def test_two_reports_of_one_call_differ_in_their_presigned_links_and_are_one(post: Post) -> None:
    for number in (1, 2):
        link = {"presignedMonoUrl": f"https://storage.example/{number}"}
        post(load(STATUS, type="end-of-call-report", artifact=link, presignedUrlsExpiresAt=number))
    assert Event.objects.count() == 1


def test_an_event_without_a_timestamp_is_never_a_duplicate(post: Post) -> None:
    for _ in range(2):
        post({"message": {"type": "function-call", "functionCall": {"name": "getTicket"}}})
    assert Event.objects.count() == 2


@pytest.mark.parametrize("timestamp", [1795244400, 1795244400000.4, "2026-11-21T07:00:00.000Z"])
def test_timestamps_are_read_in_every_form(post: Post, timestamp: Any) -> None:
    post(load(STATUS, timestamp=timestamp))
    stamped_at = Event.objects.get().stamped_at
    assert stamped_at and round(stamped_at.timestamp()) == 1795244400


@pytest.mark.parametrize("timestamp", [0, -1, 1e300, "soon", None, True, {}])
def test_a_senseless_timestamp_is_none(post: Post, timestamp: Any) -> None:
    post(load(STATUS, timestamp=timestamp))
    assert Event.objects.get().stamped_at is None


def everything_in_the_database() -> bytes:
    events = [unpack(event.body) for event in Event.objects.all()]
    assistants = [unpack(snapshot.body) for snapshot in AssistantSnapshot.objects.all()]
    monitors = [bytes(u.control_url or b"") + bytes(u.listen_url or b"") for u in MonitorUrls.objects.all()]
    return b"\n".join(events + assistants + monitors)


def test_no_secret_is_stored(post: Post) -> None:
    post(load(STATUS))
    post(load("tool-calls__get-ticket-details"))
    post(load(STATUS, type="transfer-update", toAssistant={"server": {"secret": "to-must-not-be-stored"}}))
    post(load(STATUS, type="x", credentials=[{"provider": "openai", "apiKey": "key-must-not-be-stored"}]))
    text = everything_in_the_database()
    assert b"must-not-be-stored" not in text
    assert b"vapi.ai" not in text
    assert b"+12025550100" in text and b"You are a helpful support agent." in text


def test_the_monitor_urls_are_kept_sealed_and_apart(post: Post) -> None:
    post(load(STATUS))
    urls = MonitorUrls.objects.get(call_id="0199c1aa-7b1e-7c30-a0d5-3f4b8e9a1001")
    assert unseal(urls.control_url or b"").endswith(".vapi.ai/0199c1aa-7b1e-7c30-a0d5-3f4b8e9a1001/control")
    assert unseal(urls.listen_url or b"").startswith("wss://")


def test_the_assistant_is_stored_once_and_the_artifact_only_where_it_is_wanted(post: Post) -> None:
    post(load(STATUS))
    post(load(STATUS, status="ended"))
    post(load(STATUS, type="end-of-call-report"))
    started = Event.objects.filter(type="status-update").last()
    report = Event.objects.get(type="end-of-call-report")
    assert AssistantSnapshot.objects.count() == 1
    assert started and started.assistant_hash == report.assistant_hash
    assert "assistant" not in stored(started)
    assert "artifact" not in stored(started) and started.artifact_hash and started.artifact_bytes
    assert "artifact" in stored(report) and report.artifact_hash is None


def test_a_partial_transcript_is_never_a_row(post: Post) -> None:
    assert post(load("transcript__partial")).status_code == 200
    assert not Event.objects.exists()
    post(load("transcript__partial", transcriptType="final"))
    assert Event.objects.count() == 1


def test_when_the_event_cannot_be_stored_the_sender_is_told_to_come_back(post: Post) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE calls_pending RENAME TO calls_pending_away")
    try:
        response = post(load("tool-calls__get-ticket-details"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE calls_pending_away RENAME TO calls_pending")
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) >= 1
    assert not Event.objects.exists()
    assert post(load("tool-calls__get-ticket-details")).status_code == 200


def test_without_redis_events_are_still_accepted(post: Post, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert post(load("transcript__partial", transcriptType="final")).status_code == 200
    assert post(load("transcript__partial")).status_code == 200
    assert Event.objects.count() == 1


def test_one_event_delivered_fifty_times_at_once_is_one_row(post: Post) -> None:
    def deliver(_: int) -> int:
        try:
            return post(load(STATUS)).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(deliver, range(50)))
    assert set(answers) == {200}
    assert Event.objects.count() == 1
