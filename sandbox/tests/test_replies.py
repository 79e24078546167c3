"""Replies Vapi would understand, and what becomes of the others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.tests.placing import place
from sandbox.tests.webhook import webhook, well_behaved
from sandbox.vapi.conversation import NO_RESULT
from sandbox.vapi.replies import JUDGES, judge
from sandbox.vapi.shapes import KINDS, SHAPES, VARIANTS, problems

WANTED = {"call_1": "getTicket"}
GOOD = {"toolCallId": "call_1", "name": "getTicket", "result": "open"}


def verdict_on(reply: Any, wanted: dict[str, str] | None = None) -> tuple[list[str], str]:
    verdict = JUDGES["tool-calls"](reply, wanted or WANTED)
    return verdict.problems, verdict.outcomes["call_1"].text


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (GOOD, "open"),
        ({"toolCallId": "call_1", "name": "getTicket", "error": "No such ticket."}, "No such ticket."),
        (GOOD | {"message": {"type": "request-complete", "content": "Done."}}, "open"),
        (GOOD | {"metadata": {"row": 1}}, "open"),
        (GOOD | {"result": ""}, ""),
    ],
)
def test_good_tool_results_reach_the_model(entry: dict[str, Any], text: str) -> None:
    assert verdict_on({"results": [entry]}) == ([], text)


@pytest.mark.parametrize(
    "reply",
    [
        None,
        [],
        "open",
        {},
        {"results": GOOD},
        {"results": []},
        {"result": "open"},
        {"results": [GOOD | {"result": {"status": "open"}}]},
        {"results": [GOOD | {"result": 7}]},
        {"results": [GOOD | {"result": None}]},
        {"results": [GOOD | {"result": "two\nlines"}]},
        {"results": [GOOD | {"result": "carriage\rreturn"}]},
        {"results": [GOOD | {"result": "line\u2028separator"}]},
        {"results": [GOOD | {"error": "both"}]},
        {"results": [{"toolCallId": "call_1", "name": "getTicket"}]},
        {"results": [{"toolCallId": "call_1", "result": "open"}]},
        {"results": [GOOD | {"toolCallId": "CALL_1"}]},
        {"results": [GOOD | {"toolCallId": "call_1 "}]},
        {"results": [GOOD | {"toolCallId": 1}]},
        {"results": [GOOD | {"metadata": "row 1"}]},
        {"results": ["open"]},
    ],
)
def test_wrong_tool_results_are_named_and_come_to_nothing(reply: Any) -> None:
    found, text = verdict_on(reply)
    assert found
    assert text == NO_RESULT


@pytest.mark.parametrize(
    "reply",
    [
        {"results": [GOOD | {"name": "createTicket"}]},
        {"results": [GOOD, GOOD | {"toolCallId": "call_2"}]},
        {"results": [GOOD | {"colour": "red"}]},
        {"results": [GOOD], "statusCode": 200},
        {"results": [GOOD], "error": "two\nlines"},
    ],
)
def test_blemishes_are_named_though_the_result_is_used(reply: Any) -> None:
    found, text = verdict_on(reply)
    assert len(found) == 1
    assert text == "open"


def test_each_of_several_calls_is_judged_alone() -> None:
    wanted = WANTED | {"call_2": "getTicket"}
    verdict = JUDGES["tool-calls"]({"results": [GOOD]}, wanted)
    assert verdict.problems == ["no result for call_2"]
    assert [verdict.outcomes[i].kind for i in wanted] == ["result", "none"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ({"assistantId": "a-1"}, None),
        ({"assistant": {"name": "Desk"}, "assistantOverrides": {"variableValues": {}}}, None),
        ({"squadId": "s-1"}, None),
        ({"error": "We are closed."}, "assistant-request-returned-error"),
        (
            {"destination": {"type": "number", "number": "+12025550199"}},
            "assistant-request-returned-forwarding-phone-number",
        ),
    ],
)
def test_good_answers_to_an_assistant_request(reply: Any, reason: str | None) -> None:
    verdict = JUDGES["assistant-request"](reply, {})
    assert (verdict.problems, verdict.ended_reason) == ([], reason)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ({}, "assistant-request-returned-no-assistant"),
        ([], "assistant-request-returned-no-assistant"),
        ({"assistantId": None}, "assistant-request-returned-no-assistant"),
        ({"assistantId": 7}, "assistant-request-returned-invalid-assistant"),
        ({"assistant": "Desk"}, "assistant-request-returned-invalid-assistant"),
        ({"assistantId": "a-1", "assistantOverrides": []}, "assistant-request-returned-invalid-assistant"),
        ({"error": {"text": "closed"}}, "assistant-request-returned-unspeakable-error"),
        ({"destination": {"number": "+12025550199"}}, "assistant-request-returned-invalid-assistant"),
    ],
)
def test_wrong_answers_to_an_assistant_request(reply: Any, reason: str) -> None:
    verdict = JUDGES["assistant-request"](reply, {})
    assert verdict.problems
    assert verdict.ended_reason == reason


@pytest.mark.parametrize("reply", [{"result": "open"}, {"result": {"status": "open"}}])
def test_the_legacy_reply_is_one_result_of_any_type(reply: dict[str, Any]) -> None:
    verdict = JUDGES["function-call"](reply, WANTED)
    told = verdict.outcomes["call_1"].text
    assert verdict.problems == []
    assert told == (
        reply["result"] if isinstance(reply["result"], str) else json.dumps(reply["result"], separators=(",", ":"))
    )


def test_a_legacy_reply_without_result_comes_to_nothing() -> None:
    verdict = JUDGES["function-call"]({"results": []}, WANTED)
    assert verdict.outcomes["call_1"].text == NO_RESULT
    assert verdict.problems == ["reply.result is missing", "reply.results is not a field Vapi reads"]


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (None, b"", "no answer"),
        (500, b'{"results": []}', "HTTP 500"),
        (301, b"", "HTTP 301"),
        (200, b"<html>", "the answer is not JSON"),
        (200, b"\xff\xfe", "the answer is not JSON"),
    ],
)
def test_answers_that_are_none(status: int | None, body: bytes, problem: str) -> None:
    _, on_tools = judge("tool-calls", status, body, WANTED)
    _, on_request = judge("assistant-request", status, body, {})
    assert on_tools.problems == [problem]
    assert on_tools.outcomes["call_1"].text == NO_RESULT
    assert on_request.ended_reason == "assistant-request-failed"


@pytest.mark.parametrize(
    ("shape", "good", "bad"),
    [
        ("campaign.predial", {"eligible": True}, {"eligible": "yes"}),
        ("call.endpointing.request", {"timeoutSeconds": 0.5}, {"timeoutSeconds": 16}),
        ("call.endpointing.request", {"timeoutSeconds": 15}, {"timeoutSeconds": True}),
        (
            "knowledge-base-request",
            {"documents": [{"content": "x", "similarity": 1}]},
            {"documents": [{"content": "x"}]},
        ),
        ("transfer-destination-request", {"destination": {"type": "sip", "sipUri": "sip:a@b"}}, {"destination": "a"}),
        ("handoff-destination-request", {"destination": {}}, {"result": "no"}),
    ],
)
def test_the_other_replies_have_shapes_too(shape: str, good: Any, bad: Any) -> None:
    assert problems(shape, good, "reply") == []
    assert problems(shape, bad, "reply") != []


def test_every_kind_a_shape_names_exists() -> None:
    named = {kind.strip("[]") for shape in SHAPES.values() for kind in shape.values()}
    assert named | {kind for kinds in VARIANTS.values() for kind in kinds.values()} <= {*KINDS, *SHAPES, *VARIANTS}


@pytest.mark.parametrize(
    ("message_type", "reply"),
    [
        ("transfer-destination-request", {"error": "Nobody is there."}),
        ("transfer-destination-request", {"destination": {"type": "number", "number": "+12025550199"}}),
        ("handoff-destination-request", {"destination": {}, "error": "There is none."}),
        ("handoff-destination-request", {"destination": {"type": "assistant", "assistantId": "a-1"}}),
        ("knowledge-base-request", {"documents": []}),
        ("call.endpointing.request", {"timeoutSeconds": 15}),
        ("campaign.predial", {"eligible": False}),
    ],
)
def test_good_answers_to_the_other_questions(message_type: str, reply: Any) -> None:
    assert judge(message_type, 200, json.dumps(reply).encode(), {})[1].problems == []


@pytest.mark.parametrize(
    ("message_type", "reply"),
    [
        ("transfer-destination-request", {}),
        ("transfer-destination-request", {"destination": {}, "error": "Nobody is there."}),
        ("transfer-destination-request", {"destination": {"type": "number", "number": "12025550199"}}),
        ("transfer-destination-request", {"destination": {"type": "sip", "sipUri": "pbx"}}),
        ("transfer-destination-request", {"destination": {"type": "pigeon"}}),
        ("handoff-destination-request", {"error": "There is none."}),
        ("handoff-destination-request", {"destination": {}}),
        ("handoff-destination-request", {"destination": {"type": "assistant"}}),
        ("knowledge-base-request", {"documents": [{"content": "x"}]}),
        ("call.endpointing.request", {}),
        ("campaign.predial", {}),
        ("campaign.predial", {"eligible": 1}),
    ],
)
def test_wrong_answers_to_the_other_questions_are_named(message_type: str, reply: Any) -> None:
    assert judge(message_type, 200, json.dumps(reply).encode(), {})[1].problems != []


@pytest.mark.parametrize(
    ("status", "body", "good"),
    [(200, bytes(480), True), (200, bytes(481), False), (200, b"", False), (200, b"{}", False), (500, bytes(2), False)],
)
def test_a_voice_is_whole_samples_and_never_json(status: int, body: bytes, good: bool) -> None:
    assert (judge("voice-request", status, body, {})[1].problems == []) is good


def test_a_wrong_reply_is_spoken_as_no_result_and_reported() -> None:
    def sloppy(message: dict[str, Any]) -> tuple[int, Any]:
        return (200, {"results": {"status": "open"}}) if message["type"] == "tool-calls" else well_behaved(message)

    with webhook(sloppy) as seen:
        placed = place("ticket_lookup", seen.url)

    results = [m for m in seen.messages("end-of-call-report")[0]["messages"] if m["role"] == "tool_call_result"]
    assert [m["result"] for m in results] == [NO_RESULT, NO_RESULT]
    assert f"I am sorry, this is all I have: {NO_RESULT}" in [t["text"] for t in placed.expected["turns"]]
    assert not placed.finished.tally.clean


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, {}), "assistant-request-failed"),
        ((200, {"error": "We are closed."}), "assistant-request-returned-error"),
        ((200, {}), "assistant-request-returned-no-assistant"),
    ],
)
def test_a_call_nobody_is_sent_to_ends_before_it_starts(answer: tuple[int, Any], reason: str) -> None:
    with webhook(lambda m: answer if m["type"] == "assistant-request" else well_behaved(m)) as seen:
        placed = place("ticket_lookup", seen.url)

    report = seen.messages("end-of-call-report")[0]
    assert placed.expected["ended_reason"] == report["endedReason"] == reason
    assert placed.expected["turns"] == []
    assert report["analysis"] == {}
    assert not {"startedAt", "endedAt", "durationMs"} & report.keys()
