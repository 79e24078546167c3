"""Live: who needs somebody now, and why."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from calls.dashboard.board import SHOWN, board
from calls.dashboard.needs import SILENT_AFTER
from calls.models import Call, Escalation, Interruption, ToolCall
from calls.models.interruption import VERY_SLOW_STOP_MS
from calls.tests.dashboard import build

FRAGMENT = {"HX-Request": "true"}


def page(client: Client, address: str = "/") -> str:
    return client.get(address, headers=FRAGMENT).content.decode()


def shown_calls() -> list[str]:
    return [row.call.vapi_id for row in board().rows]


def test_without_a_call_the_page_says_how_the_first_one_appears(viewer: Client) -> None:
    assert "http://testserver/webhook/vapi" in page(viewer)


def test_a_call_in_progress_is_shown_with_who_which_agent_and_the_last_words(viewer: Client) -> None:
    made = build.full(customer_name="")
    html = page(viewer)
    assert made.customer is not None
    assert made.customer.name in html
    assert "Support EN" in html
    assert "Where is my parcel?" in html


def test_ended_scheduled_and_long_silent_calls_are_not_in_progress(viewer: Client) -> None:
    build.ended()
    build.call(status=Call.Status.SCHEDULED)
    build.call(7200, last_event_at=timezone.now() - timedelta(hours=1, seconds=1))
    running = build.call(status="a-status-nobody-knows")
    assert shown_calls() == [running.vapi_id]


def test_the_most_in_need_come_first_and_then_the_oldest(viewer: Client) -> None:
    young, old = build.call(10), build.call(100)
    failing, asking = build.call(20), build.call(5)
    build.tool(failing, ToolCall.State.FAILED)
    Escalation.objects.create(call=asking, reason="wants a person")
    assert shown_calls() == [call.vapi_id for call in (asking, failing, old, young)]


def test_the_quiet_ones_are_folded_and_counted(viewer: Client) -> None:
    for _ in range(SHOWN + 3):
        build.call()
    html = page(viewer)
    assert html.count('class="row-call') == SHOWN
    assert "3 more, nothing unusual" in " ".join(html.split())
    assert page(viewer, "/?show=58").count('class="row-call') == SHOWN + 3


def test_whoever_is_in_need_is_never_folded(viewer: Client) -> None:
    for _ in range(SHOWN + 3):
        build.call(hang_count=1)
    assert len(board().rows) == SHOWN + 3


def test_each_reason_is_found_among_many_calls_that_need_nobody(viewer: Client) -> None:
    for _ in range(SHOWN + 3):
        build.call(500)
    since = timezone.now() - SILENT_AFTER - timedelta(seconds=1)
    troubled = [
        build.call(hang_count=1),
        build.call(silenced_count=1),
        build.call(slowest_stop_ms=VERY_SLOW_STOP_MS + 1),
        build.call(last_event_at=since),
    ]
    failing, asking = build.call(), build.call()
    build.tool(failing, ToolCall.State.FAILED)
    Escalation.objects.create(call=asking, reason="wants a person")
    in_need = {row.call.vapi_id for row in board().rows if row.needs}
    assert in_need == {call.vapi_id for call in (*troubled, failing, asking)}
    assert len(board().rows) == SHOWN
    assert board().running == SHOWN + 3 + len(in_need)


def test_a_call_that_waits_for_its_tool_is_shown_with_it_though_it_needs_nobody(viewer: Client) -> None:
    made = build.call(100)
    build.tool(made, ToolCall.State.RUNNING)
    (row,) = board().rows
    assert (row.needs, [tool.state for tool in row.running]) == ([], [ToolCall.State.RUNNING])


def test_what_a_caller_says_is_never_markup(viewer: Client) -> None:
    made = build.call(customer_name="<img src=x onerror=alert(1)>")
    build.say(made, "<script>alert(1)</script>")
    html = page(viewer)
    assert "<script>alert" not in html
    assert "<img" not in html


def test_any_text_can_be_a_call_id(viewer: Client) -> None:
    for vapi_id in ("../../admin/", "a b/c?d#e&f", "..", "\n", "{{ 7 }}", "é"):
        made = build.call(vapi_id=vapi_id)
        assert viewer.get("/").status_code == 200
        assert viewer.get("/calls/").status_code == 200
        made.delete()


def test_a_selected_call_that_ended_meanwhile_says_so(viewer: Client) -> None:
    build.call()
    gone = build.ended()
    assert "This call ended" in page(viewer, f"/?call={gone.vapi_id}")


def test_the_tiles_count_rows_of_the_last_hour_only(viewer: Client) -> None:
    made = build.call(7200)
    build.tool(made, duration_ms=801)
    for _ in range(3):
        build.tool(made, duration_ms=800)
    build.tool(made, duration_ms=9000, requested_at=timezone.now() - timedelta(hours=2))
    Interruption.objects.create(call=made, caller_began_at=timezone.now(), gap_ms=310)
    html = page(viewer)
    assert "75 %" in html
    assert "1 of 4 tool calls over 800 ms" in html
    assert "310 ms" in html


def test_a_tile_without_rows_shows_no_number(viewer: Client) -> None:
    build.call()
    html = page(viewer)
    assert "no tool call in the last hour" in html
    assert "no interruption in the last hour" in html


def test_viewers_who_heard_of_the_same_change_are_shown_what_was_made_once(
    viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calls.dashboard.shared.GOOD_FOR_S", 600.0)
    heard = FRAGMENT | {"X-Heard-Ms": str(time.time_ns() // 1_000_000 - 1)}
    first = viewer.get("/", headers=heard).content
    build.call()
    assert viewer.get("/", headers=heard).content == first
    assert viewer.get("/", headers=FRAGMENT).content != first


@pytest.mark.parametrize("said", ["", "x", "²", "-1", "1e9", "1.5", " ", "9" * 16, "9" * 5000, "1\0"])
def test_whoever_says_nonsense_of_what_they_heard_is_shown_what_is_there_now(viewer: Client, said: str) -> None:
    viewer.get("/", headers=FRAGMENT)
    made = build.call()
    assert made.vapi_id in viewer.get("/", headers=FRAGMENT | {"X-Heard-Ms": said}).content.decode()


def test_nonsense_in_the_address_is_no_error(viewer: Client) -> None:
    for query in ("show=x", "show=99999999999999999999", "show=²", "call=%00", "show=-1"):
        assert viewer.get(f"/?{query}").status_code == 200
