"""Each scenario placed against a real HTTP server: what is sent, what is spoken, what is expected afterwards."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from sandbox.tests.placing import place
from sandbox.tests.webhook import TICKET, webhook, well_behaved
from sandbox.vapi.scenario import Scenario, load, names


@pytest.mark.parametrize("name", names())
def test_every_scenario_ends_cleanly_with_one_report(name: str) -> None:
    with webhook() as seen:
        placed = place(name, seen.url)

    ids = {r.message["call"]["id"] for r in seen.received}
    statuses = [m["status"] for m in seen.messages("status-update")]
    assert placed.finished.tally.clean, placed.finished.tally.problems
    assert placed.finished.unmet == []
    assert ids == {placed.expected["call_id"]}
    assert load(name).report_only or {"in-progress", "ended"} <= set(statuses)
    assert len(seen.messages("end-of-call-report")) == load(name).delivery.report_copies


@pytest.mark.parametrize("name", names())
def test_expected_turns_are_the_reports_spoken_messages(name: str) -> None:
    with webhook() as seen:
        placed = place(name, seen.url)

    roles = {"bot": "assistant", "user": "user"}
    report = seen.messages("end-of-call-report")[0]
    spoken = [{"role": roles[m["role"]], "text": m["message"]} for m in report["messages"] if m["role"] in roles]
    assert placed.expected["turns"] == spoken
    assert placed.expected["cost"] == report["cost"]


def test_lookup_begins_with_an_assistant_request_and_speaks_the_result_back() -> None:
    with webhook() as seen:
        placed = place("ticket_lookup", seen.url)

    spoken = [turn["text"] for turn in placed.expected["turns"]]
    assert seen.messages()[0]["type"] == "assistant-request"
    assert placed.expected["assistant_id"] == "a-1"
    assert seen.messages("end-of-call-report")[0]["assistant"]["variableValues"] == {"customer": "Ada"}
    assert f"Ticket 12345 is open with high priority. It is assigned to {TICKET['assignedTo']}." in spoken


def test_interrupted_policy_is_heard_only_in_part() -> None:
    with webhook() as seen:
        placed = place("interrupted_policy", seen.url)

    policy = placed.expected["turns"][2]["text"]
    finals = [m["transcript"] for m in seen.messages("transcript") if m["transcriptType"] == "final"]
    assert [i["gap_ms"] for i in placed.expected["interruptions"]] == [340]
    assert 15 < len(policy.split()) < 30
    assert not any("made to measure" in words for words in finals)
    assert "I already know that, just cancel my order." in finals
    assert [c["name"] for c in placed.expected["tool_calls"]] == ["createTicket"]


def test_angry_caller_is_escalated_and_forwarded() -> None:
    with webhook() as seen:
        placed = place("angry_caller", seen.url)

    forwarding = next(m for m in seen.messages("status-update") if m["status"] == "forwarding")
    assert placed.expected["escalated"] is True
    assert placed.expected["ended_reason"] == "assistant-forwarded-call"
    assert forwarding["destination"]["number"] == "+12025550199"


def test_a_transfer_goes_where_the_answer_says() -> None:
    with webhook() as seen:
        placed = place("transfer", seen.url)

    forwarding = next(m for m in seen.messages("status-update") if m["status"] == "forwarding")
    asked = seen.messages("knowledge-base-request")[0]
    assert placed.expected["ended_reason"] == "assistant-forwarded-call"
    assert forwarding["destination"]["number"] == "+12025550188"
    assert asked["messages"][-1]["message"] == "I was charged twice, how long does a refund take?"


def test_a_transfer_without_a_destination_is_unmet() -> None:
    def nobody_there(message: dict[str, Any]) -> tuple[int, Any]:
        is_transfer = message["type"] == "transfer-destination-request"
        return (200, {"error": "Nobody is there."}) if is_transfer else well_behaved(message)

    with webhook(nobody_there) as seen:
        placed = place("transfer", seen.url)

    assert placed.finished.tally.clean
    assert placed.finished.unmet == ["no destination: {'error': 'Nobody is there.'}"]
    assert placed.expected["ended_reason"] == "customer-ended-call"
    assert "forwarding" not in [m["status"] for m in seen.messages("status-update")]


def test_unknown_ticket_is_answered_in_other_words() -> None:
    with webhook() as seen:
        placed = place("unknown_ticket", seen.url)

    assert placed.expected["tool_calls"][0]["outcome"] == "error"
    assert "I cannot find a ticket" in placed.expected["turns"][2]["text"]


def test_web_call_has_no_number_and_asks_in_the_legacy_form() -> None:
    with webhook() as seen:
        placed = place("web_call", seen.url)

    request = seen.messages("function-call")[0]
    assert placed.expected["caller_number"] is None
    assert "phoneNumber" not in request
    assert request["functionCall"] == {"name": "getTicket", "parameters": {"ticketId": "12346"}}


def test_scrambled_call_is_delivered_twice_late_and_out_of_order() -> None:
    with webhook() as seen:
        placed = place("scrambled", seen.url)

    tally, first, second = placed.finished.tally, *seen.messages("end-of-call-report")
    stamps = [m["timestamp"] for m in seen.messages()]
    assert tally.deliveries > tally.events + 3
    assert stamps != sorted(stamps)
    assert len(seen.messages("tool-calls")) == 6
    assert first != second
    assert _without_urls(first) == _without_urls(second)


@pytest.mark.parametrize(
    ("mistake", "path"),
    [
        ({"title": 7}, "$.title"),
        ({"colour": "red"}, "colour"),
        ({"steps": [{"who": "nobody"}]}, "nobody"),
        ({"steps": [{"who": "agent"}]}, "says"),
    ],
)
def test_a_mistake_in_a_scenario_file_is_named(mistake: dict[str, object], path: str) -> None:
    whole = {"title": "x", "steps": [], "summary": "x", "ended_reason": "x"}
    with pytest.raises(msgspec.ValidationError, match=path.replace("$", r"\$")):
        msgspec.json.decode(json.dumps(whole | mistake), type=Scenario)


def test_an_unknown_scenario_names_the_known_ones() -> None:
    with pytest.raises(LookupError, match="ticket_lookup"):
        load("nothing")


def _without_urls(report: dict[str, object]) -> str:
    kept = {name: value for name, value in report.items() if name != "artifact"}
    artifact = report["artifact"]
    assert isinstance(artifact, dict)
    return json.dumps([kept, {k: v for k, v in artifact.items() if not k.startswith("presigned")}])
