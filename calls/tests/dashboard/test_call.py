"""One call: what happened, in which order, and whose fault it was."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from calls.dashboard.heard import heard
from calls.dashboard.one_call import one_call
from calls.models import Escalation, Handover, Interruption, Report
from calls.tests.dashboard import build

LATENCIES = [
    {"modelLatency": 420, "voiceLatency": 160, "transcriberLatency": 90, "endpointingLatency": 200, "turnLatency": 880}
]


def html(client: Client, vapi_id: str) -> str:
    return client.get(f"/calls/{vapi_id}/").content.decode()


def report(call: Any, **fields: Any) -> Report:
    return Report.objects.create(call=call, reported_at=timezone.now(), **fields)


def test_what_happened_stands_between_the_turns_where_it_happened(viewer: Client) -> None:
    call = build.ended()
    agent, caller = build.say(call, "Our policy has three parts."), build.say(call, "I know that.")
    agent[0].role = "assistant"
    caller[0].started_at = call.began_at + timedelta(seconds=8.3)
    late = Interruption(call=call, caller_began_at=call.began_at + timedelta(seconds=8.3), gap_ms=340)
    asked = Escalation(call=call, created_at=call.began_at + timedelta(seconds=20))
    entries = heard(call, [*agent, *caller], [asked, late])
    assert [entry.kind for entry in entries] == ["turn", "interruption", "turn", "escalation"]
    assert entries[1].into_turn_s == 8.3
    assert entries[2].offset_s == 8.3


def test_turns_keep_their_order_without_times(viewer: Client) -> None:
    call = build.ended()
    turns = build.say(call, "one", "two", "three")
    turns[0].started_at = call.began_at + timedelta(seconds=5)
    turns[1].started_at = None
    assert [entry.it.text for entry in heard(call, turns, [])] == ["one", "two", "three"]


def test_slow_stops_are_marked_in_two_degrees(viewer: Client) -> None:
    call = build.ended()
    for seconds, gap_ms in ((1, 220), (2, 221), (3, 501)):
        began = call.began_at + timedelta(seconds=seconds)
        Interruption.objects.create(call=call, caller_began_at=began, gap_ms=gap_ms)
    page = html(viewer, call.vapi_id)
    assert (page.count("over 220</span>"), page.count("over 500</span>")) == (1, 1)


def test_the_report_shows_summary_judgement_cost_and_latency(viewer: Client) -> None:
    call = build.ended(cost_usd="0.41")
    build.say(call, "Where is it?")
    build.say(call, "On its way.", role="assistant")
    report(call, summary="All well.", analysis={"successEvaluation": "true"}, cost_breakdown={"llm": 0.12, "total": 1})
    Report.objects.update(turn_latencies=LATENCIES)
    page = html(viewer, call.vapi_id)
    assert "All well." in page
    assert "$0.41 · model $0.12" in page
    assert "880 ms to first word: endpointing 200 · transcriber 90 · model 420 · voice 160 · unexplained 10" in page


def test_latencies_that_do_not_pair_up_with_turns_stand_at_none(viewer: Client) -> None:
    call = build.ended()
    build.say(call, "Hello")
    report(call, turn_latencies=LATENCIES)
    page = html(viewer, call.vapi_id)
    assert "to first word: endpointing" not in page
    assert "880 / 880 ms" in page


@pytest.mark.parametrize("odd", [None, [], "x", {"successEvaluation": {"a": 1}, "structuredData": "x"}, 5])
def test_a_report_of_unexpected_shape_is_still_shown(odd: Any, viewer: Client) -> None:
    call = build.ended()
    report(call, analysis=odd or {}, cost_breakdown=odd or {}, turn_latencies=odd or [], summary="Still here.")
    assert "Still here." in html(viewer, call.vapi_id)


def test_who_ended_it_and_whose_fault_are_said_in_words(viewer: Client) -> None:
    assert "Caller hung up · nobody&#x27;s fault" in html(viewer, build.ended().vapi_id)
    broken = build.ended(ended_reason="worker-shutdown", ended_group="platform-error", fault="vapi")
    assert "Vapi failed · Vapi&#x27;s fault" in html(viewer, broken.vapi_id)


def test_everything_said_is_text_and_nothing_is_kept_by_the_browser(viewer: Client) -> None:
    call = build.ended()
    build.say(call, "<script>alert(1)</script>")
    build.tool(call, arguments={"x": "<img src=x>"}, result="<b>y</b>", failure="<i>z</i>")
    response = viewer.get(f"/calls/{call.vapi_id}/")
    page = response.content.decode()
    assert not any(markup in page for markup in ("<script>alert", "<img", "<b>y", "<i>z"))
    assert response["Cache-Control"] == "no-store"
    assert "script-src 'self';" in response["Content-Security-Policy"]


def test_a_fragment_is_the_same_call_without_the_frame(viewer: Client) -> None:
    call = build.call()
    fragment = viewer.get(f"/calls/{call.vapi_id}/", headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content
    assert b'id="one"' in fragment.content
    assert "HX-Request" in fragment["Vary"]


def test_an_unknown_call_is_a_page_of_its_own(viewer: Client) -> None:
    response = viewer.get("/calls/nope/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_any_call_id_has_an_address(viewer: Client) -> None:
    for vapi_id in ("a/b?c#d", "..", ".", "%2F", "é \n", "number"):
        call = build.ended(vapi_id=vapi_id)
        address = viewer.get("/calls/").content.decode().split('class="row-link" href="')[1].split('"')[0]
        assert viewer.get(address).context["call"] == call
        call.delete()


def test_numbers_are_masked_and_showing_one_is_on_record(
    agent: Client, viewer: Client, caplog: pytest.LogCaptureFixture
) -> None:
    call = build.ended(customer_number="+447700900018")
    page = html(agent, call.vapi_id)
    assert "+44 •••• 0018" in page
    assert "7700900018" not in page
    with caplog.at_level(logging.INFO, "calls.dashboard"):
        assert "+447700900018" in agent.post(f"/calls/{call.vapi_id}/number").content.decode()
    assert f"number of call {call.vapi_id} shown to user" in caplog.text
    assert viewer.post(f"/calls/{call.vapi_id}/number").status_code == 403
    assert agent.get(f"/calls/{call.vapi_id}/number").status_code == 405


def test_who_is_not_offered_the_number_does_not_see_the_button(viewer: Client) -> None:
    call = build.ended(customer_number="+447700900018")
    assert "btn-reveal" not in html(viewer, call.vapi_id)


def test_without_a_right_the_page_says_who_can_grant_it(stranger: Client, admin: Client) -> None:
    response = stranger.get("/")
    assert response.status_code == 403
    assert "admin can put you into one" in response.content.decode()


def test_the_live_panel_shows_the_last_of_a_long_call(viewer: Client) -> None:
    call = build.call()
    build.say(call, *(f"turn {number}" for number in range(40)))
    assert [entry.it.text for entry in one_call(call).recent][-1] == "turn 39"
    assert len(one_call(call).recent) == 30


def test_a_handover_stands_before_the_words_of_who_took_over(viewer: Client) -> None:
    call = build.ended()
    turns = build.say(call, "One moment.", "Orders here.", role="assistant")
    for turn, name in zip(turns, ("Front desk", "Orders"), strict=True):
        turn.assistant = name
        turn.save()
    at = call.began_at + timedelta(seconds=1)
    Handover.objects.create(call=call, at=at, from_assistant="Front desk", to_assistant="Orders", took_ms=1300)
    page = " ".join(html(viewer, call.vapi_id).split())
    assert [entry.kind for entry in one_call(call).entries] == ["turn", "handover", "turn"]
    assert "handed over from <strong>Front desk</strong> to <strong>Orders</strong> · first word 1.3 s later" in page
    assert '<div class="speaker">Front desk</div>' in page
    assert '<div class="speaker">Orders</div>' in page


def test_one_assistant_alone_is_the_agent(viewer: Client) -> None:
    call = build.ended()
    [turn] = build.say(call, "Hello", role="assistant")
    turn.assistant = "Support desk"
    turn.save()
    assert '<div class="speaker">Agent</div>' in html(viewer, call.vapi_id)


def test_what_was_not_heard_is_struck_through(viewer: Client) -> None:
    call = build.ended()
    [turn] = build.say(call, "Our policy", role="assistant")
    turn.unheard = "has <three> parts."
    turn.save()
    page = html(viewer, call.vapi_id)
    assert '<s class="unheard"><span class="visually-hidden">Not heard:</span> has &lt;three&gt; parts.</s>' in page
