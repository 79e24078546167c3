"""Calls: found again by filters, by search, page by page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from calls.dashboard.paging import PAGE_SIZE
from calls.models import Call, Escalation, ToolCall
from calls.tests.dashboard import build
from tickets.models import Customer, Ticket


def found(client: Client, query: str = "") -> list[str]:
    html = client.get(f"/calls/?{query}").content.decode()
    return re.findall(r'data-row="([^"]+)"', html)


def test_the_newest_call_comes_first(viewer: Client) -> None:
    old, new = build.ended(600), build.ended(60)
    assert found(viewer) == [new.vapi_id, old.vapi_id]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("status=ringing", {"status": "ringing"}),
        ("kind=webCall", {"kind": "webCall"}),
        ("ended=llm-error", {"ended_group": "llm-error"}),
        ("fault=vapi", {"fault": "vapi"}),
        ("interrupted=yes", {"interruption_count": 1}),
        ("interrupted=slow", {"slowest_stop_ms": 221}),
        ("interrupted=very-slow", {"slowest_stop_ms": 501}),
    ],
)
def test_a_filter_keeps_what_it_names(query: str, fields: dict[str, Any], viewer: Client) -> None:
    build.ended()
    wanted = build.ended(**fields)
    assert found(viewer, query) == [wanted.vapi_id]


def test_calls_that_wait_for_a_person(viewer: Client) -> None:
    waiting, settled = build.ended(), build.ended()
    calm = build.ended()
    Escalation.objects.create(call=waiting, reason="asked")
    Escalation.objects.create(call=settled, reason="asked", state=Escalation.State.RESOLVED)
    assert found(viewer, "escalated=open") == [waiting.vapi_id]
    assert set(found(viewer, "escalated=yes")) == {waiting.vapi_id, settled.vapi_id}
    assert found(viewer, "escalated=no") == [calm.vapi_id]


def test_calls_with_slow_or_failed_tools(viewer: Client) -> None:
    slow, failed = build.ended(), build.ended()
    build.tool(slow, duration_ms=801)
    build.tool(failed, ToolCall.State.FAILED, duration_ms=800)
    assert found(viewer, "tools=slow") == [slow.vapi_id]
    assert found(viewer, "tools=failed") == [failed.vapi_id]


def test_a_day_begins_at_midnight_where_the_viewer_is(viewer: Client) -> None:
    late = build.ended(began_at="2026-11-21T23:30:00+00:00")  # half past midnight in Berlin
    assert found(viewer, "since=2026-11-22") == []
    viewer.cookies["zone"] = "Europe/Berlin"
    assert found(viewer, "since=2026-11-22&until=2026-11-22") == [late.vapi_id]


def test_a_zone_nobody_knows_is_utc(viewer: Client) -> None:
    build.ended()
    for zone in ("Nowhere/Else", "../../etc/passwd", "", "\x00"):
        viewer.cookies["zone"] = zone
        assert viewer.get("/calls/").status_code == 200


def test_a_filter_that_is_not_understood_is_named_and_finds_nothing(viewer: Client) -> None:
    build.ended()
    html = viewer.get("/calls/?since=nonsense").content.decode()
    assert "<strong>From</strong>: Enter a valid date." in html
    assert found(viewer, "since=nonsense") == []


@pytest.mark.parametrize("query", ["Byrne", "byr", "12345", "TK-12345", "tk 12345", "cancel+order", "0018"])
def test_a_call_is_found_by_name_ticket_words_and_last_digits(query: str, viewer: Client) -> None:
    build.ended()
    wanted = build.ended(
        customer=Customer.objects.create(name="Ada Byrne"),
        customer_number="+447700900018",
    )
    build.say(wanted, "Please cancel my order now")
    build.tool(wanted, ticket=Ticket.objects.create(number=12345, issue="x"))
    assert found(viewer, f"q={query}") == [wanted.vapi_id]


def test_search_does_not_unmask_a_number_for_who_may_not_see_it(viewer: Client, agent: Client) -> None:
    wanted = build.ended(customer_number="+447700900018")
    assert found(viewer, "q=7700900018") == found(viewer, "q=77009") == found(viewer, "q=7700") == []
    assert found(agent, "q=7700+900018") == [wanted.vapi_id]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q='",
        'q="',
        "q=" + "9" * 200,
        "q=%ED%A0%80",
        "before=9-9",
        "after=x",
        "before=" + "9" * 17 + "-1",
        "assistant=x",
        "status=zz",
    ],
)
def test_nonsense_is_no_error(query: str, viewer: Client) -> None:
    build.ended()
    assert viewer.get(f"/calls/?{query}").status_code == 200


def test_pages_meet_without_overlap_in_both_directions(viewer: Client) -> None:
    made = [build.ended(began_at="2026-11-21T10:00:00Z", vapi_id=f"p{number}") for number in range(2 * PAGE_SIZE + 1)]
    newest_first = [call.vapi_id for call in reversed(made)]
    first = viewer.get("/calls/").context["page"]
    second = viewer.get(f"/calls/?before={first.older}").context["page"]
    third = viewer.get(f"/calls/?before={second.older}").context["page"]
    assert [call.vapi_id for page in (first, second, third) for call in page.rows] == newest_first
    back = viewer.get(f"/calls/?after={third.newer}").context["page"]
    assert [call.pk for call in back.rows] == [call.pk for call in second.rows]
    assert (first.newer, third.older) == (None, None)


def test_a_call_that_comes_in_meanwhile_does_not_shift_the_next_page(viewer: Client) -> None:
    for number in range(PAGE_SIZE + 1):
        build.ended(1000 + number)
    first = viewer.get("/calls/").context["page"]
    build.ended(1)
    second = viewer.get(f"/calls/?before={first.older}").context["page"]
    assert len(second.rows) == 1
    assert second.rows[0] not in first.rows


def test_filters_stay_while_paging_and_on_the_way_back(viewer: Client) -> None:
    for _ in range(PAGE_SIZE + 1):
        build.ended()
    html = viewer.get("/calls/?status=ended&kind=").content.decode()
    assert re.search(r'href="\?status=ended&amp;before=\d+-\d+"', html)
    opened = viewer.get("/calls/?status=ended").context["page"].rows[0]
    page = viewer.get(f"/calls/{opened.vapi_id}/?back=status%3Dended").content.decode()
    assert '<a href="/calls/?status=ended">← Calls</a> · ended' in page


def test_empty_and_nothing_found_are_different(viewer: Client) -> None:
    assert "No call yet" in viewer.get("/calls/").content.decode()
    assert "No call found" in viewer.get("/calls/?q=zebra").content.decode()
    assert Call.objects.count() == 0
