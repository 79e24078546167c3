"""The bodies have the shapes Vapi sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.tests.placing import place
from sandbox.tests.webhook import Webhook, webhook
from sandbox.vapi import account
from sandbox.vapi.conversation import encoded

ARGUMENTS = {"ticketId": "12345"}


def by_stamp(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At this speed nothing keeps messages in the order in which they were sent."""
    return sorted(messages, key=lambda message: int(message["timestamp"]))


@pytest.fixture(scope="module")
def lookup() -> Iterator[Webhook]:
    with webhook() as seen:
        place("ticket_lookup", seen.url)
        yield seen


@pytest.fixture(scope="module")
def report(lookup: Webhook) -> dict[str, Any]:
    return lookup.messages("end-of-call-report")[0]


def test_headers_are_vapis(lookup: Webhook) -> None:
    headers = lookup.received[0].headers
    assert headers["user-agent"] == "axios/1.8.3"
    assert headers["accept"] == "application/json, text/plain, */*"
    assert headers["content-type"] == "application/json"
    assert headers["x-call-id"] == lookup.messages()[0]["call"]["id"]
    assert headers["cookie"] == f"callId={headers['x-call-id']}"


def test_an_assistant_request_knows_no_assistant_yet(lookup: Webhook) -> None:
    request = lookup.messages("assistant-request")[0]
    assert request["call"]["assistantId"] is None
    assert request["customer"] == {"number": "+447700900018"}
    assert not {"assistant", "artifact"} & request.keys()


def test_every_other_message_carries_its_surroundings(lookup: Webhook) -> None:
    for message in by_stamp(lookup.messages())[1:]:
        assert {"timestamp", "type", "call", "assistant", "artifact", "phoneNumber", "customer"} <= message.keys()


def test_the_call_object_stays_as_it_was_created(lookup: Webhook) -> None:
    calls = [message["call"] for message in lookup.messages()]
    assert all(call == calls[0] for call in calls)
    assert (calls[0]["status"], calls[0]["cost"]) == ("ringing", 0)
    assert calls[0]["updatedAt"] == calls[0]["createdAt"]
    assert calls[0]["monitor"]["controlUrl"].endswith(f".vapi.ai/{calls[0]['id']}/control")
    assert calls[0]["monitor"]["listenUrl"].startswith("wss://")


def test_call_ids_are_version_7_uuids(lookup: Webhook) -> None:
    call_id = lookup.messages()[0]["call"]["id"]
    assert call_id[14] == "7"
    assert call_id[19] in "89ab"


@pytest.mark.parametrize("secret", account.PLANTED_SECRETS)
def test_secrets_are_planted_where_vapi_leaks_them(lookup: Webhook, secret: str) -> None:
    assert any(secret.encode() in received.body for received in lookup.received)


def test_messages_have_a_realistic_size(lookup: Webhook) -> None:
    sizes = [len(received.body) for received in lookup.received if received.message["type"] != "assistant-request"]
    assert min(sizes) > 5_000
    assert max(sizes) < 200_000


@pytest.mark.parametrize(
    ("shape", "entry"),
    [
        ("object", {"type": "function", "function": {"name": "getTicketStatus", "arguments": ARGUMENTS}}),
        ("string", {"type": "function", "function": {"name": "getTicketStatus", "arguments": encoded(ARGUMENTS)}}),
        ("parameters", {"name": "getTicketStatus", "parameters": ARGUMENTS}),
        ("arguments", {"name": "getTicketStatus", "arguments": ARGUMENTS}),
    ],
)
def test_tool_calls_come_in_four_shapes(shape: str, entry: dict[str, Any]) -> None:
    with webhook() as seen:
        place("ticket_lookup", seen.url, arguments_shape=shape)

    message = seen.messages("tool-calls")[0]
    sent = message["toolCallList"][0]
    in_history = message["artifact"]["messages"][-1]["toolCalls"][0]["function"]["arguments"]
    assert sent == {"id": sent["id"], **entry}
    assert message["toolCalls"] == message["toolCallList"]
    assert message["toolWithToolCallList"][0]["toolCall"] == sent
    assert json.loads(in_history) == ARGUMENTS


def test_transcripts_grow_until_their_final(lookup: Webhook) -> None:
    said = [m for m in by_stamp(lookup.messages("transcript")) if m["role"] == "user"]
    finals = [m["transcript"] for m in said if m["transcriptType"] == "final"]
    assert len(said) > len(finals) == 3
    assert said[0]["transcriptType"] == "partial"
    assert finals[0].startswith(said[0]["transcript"])


def test_a_conversation_update_repeats_everything_said(lookup: Webhook) -> None:
    last = by_stamp(lookup.messages("conversation-update"))[-1]
    assert [line["role"] for line in last["conversation"]][:3] == ["system", "assistant", "user"]
    assert {m["role"] for m in last["messages"]} == {"system", "bot", "user", "tool_calls", "tool_call_result"}
    assert {m["role"] for m in last["messagesOpenAIFormatted"]} == {"system", "assistant", "user", "tool"}


def test_message_times_are_fractional_epoch_milliseconds(report: dict[str, Any]) -> None:
    first, last = report["messages"][1], report["messages"][-1]
    assert first["time"] % 1 > 0
    assert first["duration"] == pytest.approx(first["endTime"] - first["time"], abs=1)
    assert last["secondsFromStart"] == pytest.approx((last["time"] - report["messages"][0]["time"]) / 1000, abs=0.01)
    assert last["metadata"]["wordLevelConfidence"][0]["punctuated_word"] == "No,"


def test_the_report_has_its_durations_and_comes_seconds_after_the_end(lookup: Webhook, report: dict[str, Any]) -> None:
    ended = next(m for m in lookup.messages("status-update") if m["status"] == "ended")
    assert report["endedReason"] == ended["endedReason"] == "customer-ended-call"
    assert 3_000 <= report["timestamp"] - ended["timestamp"] <= 5_000
    assert report["durationMs"] == report["durationSeconds"] * 1000
    assert report["startedAt"] < report["endedAt"]
    assert report["endedAt"].endswith("Z")


def test_the_reports_costs_add_up(report: dict[str, Any]) -> None:
    parts = report["costBreakdown"]
    assert report["cost"] == parts["total"] > 0
    assert sum(meter["cost"] for meter in report["costs"]) == pytest.approx(parts["total"])
    assert {"transport", "transcriber", "model", "voice", "vapi", "analysis"} == {m["type"] for m in report["costs"]}


def test_the_reports_artifact_is_complete(report: dict[str, Any]) -> None:
    artifact = report["artifact"]
    metrics = artifact["performanceMetrics"]
    assert artifact["transcript"].startswith("AI: Support desk")
    assert {"stereoUrl", "mono"} <= artifact["recording"].keys()
    assert "presignedMonoUrl" in artifact
    assert metrics["turnLatencies"][0]["turnLatency"] == pytest.approx(
        sum(metrics["turnLatencies"][0][f"{p}Latency"] for p in ("model", "voice", "transcriber", "endpointing"))
    )
    assert metrics["turnLatencyAverage"] > 0
    assert report["analysis"]["successEvaluation"] == "true"
