"""Where answering fails, the reply is still one that Vapi takes for its type. Through both adapters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import answers
from calls.answers import ANSWERS, SAFE, safe_answer
from calls.intake.envelope import open_envelope
from calls.intake.message_types import WANTS_REPLY
from calls.tests.conftest import Post, load
from sandbox.vapi.replies import judge

FIXTURES = {
    "assistant-request": "assistant-request__inbound",
    "tool-calls": "tool-calls__get-ticket-details",
    "function-call": "function-call__get-ticket",
    "transfer-destination-request": "transfer-destination-request__inbound",
    "handoff-destination-request": "handoff-destination-request__by-name",
    "knowledge-base-request": "knowledge-base-request__refund",
    "voice-request": "voice-request__sentence",
    "call.endpointing.request": "call.endpointing.request__dictation",
    "campaign.predial": "campaign.predial__contact",
}
WANTED = {"tool-calls": {"call_Fq1details": "getTicketDetails"}}


def test_every_type_that_wants_a_reply_has_one_and_a_safe_one() -> None:
    assert set(ANSWERS) == set(SAFE) == set(FIXTURES) == WANTS_REPLY


@pytest.mark.parametrize("kind", FIXTURES)
@pytest.mark.parametrize("fallback", ["", "+12025550100"])
def test_a_failing_answer_becomes_the_safe_one(
    post: Post, monkeypatch: pytest.MonkeyPatch, settings: Any, kind: str, fallback: str
) -> None:
    def fails(_message: object) -> dict[str, Any]:
        raise RuntimeError("broken")

    settings.VAPI_FALLBACK_NUMBER = fallback
    monkeypatch.setitem(answers.ANSWERS, kind, fails)
    response = post(load(FIXTURES[kind]))
    reply, verdict = judge(kind, response.status_code, response.content, WANTED.get(kind, {}))
    assert verdict.problems == []
    assert "broken" not in str(reply)
    assert kind != "campaign.predial" or reply == {"eligible": False}


@pytest.mark.parametrize("kind", SAFE)
@given(data=st.data())
def test_no_message_makes_the_safe_answer_fail(kind: str, data: st.DataObject) -> None:
    anything = (
        st.none() | st.integers() | st.text(max_size=5) | st.lists(st.dictionaries(st.text(max_size=3), st.none()))
    )
    names = ("toolCallList", "toolCalls", "functionCall", "text", "sampleRate", "call", "contact", "messages")
    fields = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, anything)))
    message = open_envelope(json.dumps({"message": {**fields, "type": kind}}).encode("utf-8", "replace"))
    assert safe_answer(message).body
