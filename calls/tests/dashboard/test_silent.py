"""Calls that went silent and answers that came too late, as people meet them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from calls.dashboard.board import board
from calls.dashboard.one_call import one_call
from calls.models import Call, Turn
from calls.tests.dashboard import build
from calls.tests.dashboard.test_calls import found
from calls.tests.dashboard.test_live import page


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def silent(hours_ago: float = 2, **fields: Any) -> Call:
    heard_at = timezone.now() - timedelta(hours=hours_ago)
    times = {"last_event_at": heard_at, "lost_at": heard_at + timedelta(hours=1)}
    return build.call(hours_ago * 3600, **{**times, **fields})


def overtaken(kind: str, detail: str) -> Call:
    call = build.ended()
    build.say(call, "Where is my order?")
    [turn] = build.say(call, "It is open.", role="assistant")
    Turn.objects.filter(pk=turn.pk).update(late=kind, late_detail=detail)
    return call


def test_a_lost_call_is_not_in_progress_even_if_it_was_heard_of_lately(viewer: Client) -> None:
    silent(hours_ago=0.1)
    assert board().rows == []


def test_live_counts_the_last_days_lost_calls_and_leads_to_just_those(viewer: Client) -> None:
    assert "went silent" not in page(viewer)
    silent(hours_ago=30)
    two = [silent(), silent()]
    assert "2 calls went silent in the last day" in text(page(viewer))
    build.call()
    html = page(viewer)
    assert "2 calls went silent in the last day" in text(html)
    assert 'href="/calls/?silent=day"' in html
    assert set(found(viewer, "silent=day")) == {call.vapi_id for call in two}


def test_calls_are_found_by_their_silence(viewer: Client) -> None:
    old, calm = silent(hours_ago=30), build.ended()
    assert found(viewer, "silent=yes") == [old.vapi_id]
    assert found(viewer, "silent=no") == [calm.vapi_id]


def test_the_list_says_that_no_end_was_reported_and_counts_no_length(viewer: Client) -> None:
    silent()
    html = viewer.get("/calls/").content.decode()
    assert "Went silent, no end was reported" in html
    assert "data-since" not in html.split('class="row-listed"')[1]


def test_one_call_says_what_it_means_and_waits_for_no_report(viewer: Client) -> None:
    call = silent()
    html = text(viewer.get(f"/calls/{call.vapi_id}/").content.decode())
    assert "Went silent, no end was reported" in html
    assert "it counts as in progress again with its next event" in html
    assert "No report has come." in html
    assert "no end was reported" in text(page(viewer, f"/?call={call.vapi_id}"))


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("tool-result", "getTicketStatus", "the result of getTicketStatus , after the caller had gone on talking"),
        ("old-words", "600", "it began 600 ms before the caller had finished"),
    ],
)
def test_an_answer_that_came_too_late_is_marked_before_its_turn(
    kind: str, detail: str, words: str, viewer: Client
) -> None:
    call = overtaken(kind, detail)
    html = text(viewer.get(f"/calls/{call.vapi_id}/").content.decode())
    assert [entry.kind for entry in one_call(call).entries] == ["turn", "late", "turn"]
    assert words in html
    assert "1 answer overtaken by the caller" in html


def test_calls_are_found_by_answers_that_came_too_late(viewer: Client) -> None:
    build.say(build.ended(), "Hello")
    result, old_words = overtaken("tool-result", "getTicket"), overtaken("old-words", "600")
    assert set(found(viewer, "late=yes")) == {result.vapi_id, old_words.vapi_id}
    assert found(viewer, "late=tool-result") == [result.vapi_id]
    assert found(viewer, "late=old-words") == [old_words.vapi_id]
