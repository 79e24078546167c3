"""Calls that were placed, read back from the stand-in's API over HTTP, and what was lost of them filled from there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.utils import timezone

from calls.models import Call, Healing, ToolCall
from calls.projection.run import project_pending
from calls.reconcile import passes
from calls.vapi.rest import Rest
from sandbox.api import calls
from sandbox.tests.placing import Placed, place_scenario
from sandbox.tests.webhook import webhook
from sandbox.vapi.scenario import load

KEY = "stand-in-key"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def vapi(live_server: Any, settings: Any) -> Iterator[httpx.Client]:
    settings.VAPI_API_KEY = KEY
    settings.VAPI_API_URL = f"{live_server.url}/sandbox/vapi"
    calls.forget()
    with httpx.Client(
        base_url=f"{settings.VAPI_API_URL}/", headers={"authorization": f"Bearer {KEY}"}, trust_env=False
    ) as client:
        yield client
    calls.forget()


def place(name: str) -> Placed:
    """Against a webhook that answers and forgets: all that was told is lost."""
    with webhook() as seen:
        return place_scenario(load(name), seen.url, keep=calls.keep)


def test_a_call_that_was_placed_is_in_the_list_and_by_itself(vapi: httpx.Client) -> None:
    expected = place("ticket_lookup").expected
    [row] = vapi.get("call").json()
    assert (row["id"], row["status"], row["endedReason"]) == (
        expected["call_id"],
        "ended",
        expected["ended_reason"],
    )
    assert row["artifact"]["messages"]
    assert vapi.get(f"call/{row['id']}").json() == row


@pytest.mark.parametrize(("query", "found"), [("Gt", 0), ("Ge", 1), ("Lt", 0), ("Le", 1)])
def test_the_filters_of_time_compare_as_they_say(vapi: httpx.Client, query: str, found: int) -> None:
    place("web_call")
    [row] = vapi.get("call").json()
    for name in ("createdAt", "updatedAt"):
        assert len(vapi.get("call", params={f"{name}{query}": row[name]}).json()) == found


def test_the_list_is_the_newest_first_and_ends_at_its_limit(vapi: httpx.Client) -> None:
    ids = [place("web_call").expected["call_id"] for _ in range(3)]
    assert [row["id"] for row in vapi.get("call", params={"limit": 2}).json()] == ids[:0:-1]
    assert vapi.get("call", params={"limit": 1001}).status_code == 400


def test_without_the_key_nothing_is_told(vapi: httpx.Client) -> None:
    assert vapi.get("call", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert vapi.get("call/x", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert vapi.get("call/x").status_code == 404


def test_rest_reads_both() -> None:
    expected = place("web_call").expected
    now = timezone.now()
    with Rest() as rest:
        assert [row["id"] for row in rest.calls(now - passes.FIRST_LOOK_BACK, now)] == [expected["call_id"]]
        assert rest.call("nowhere") is None


@pytest.mark.parametrize("name", ["ticket_lookup", "silent_caller", "interrupted_policy", "squad", "transfer"])
def test_a_call_whose_webhooks_were_all_lost_is_made_whole(name: str) -> None:
    expected = place(name).expected

    passes.catch_up(timezone.now())
    project_pending()

    call = Call.objects.get(vapi_id=expected["call_id"])
    assert (call.status, call.ended_reason, call.kind) == ("ended", expected["ended_reason"], expected["call_type"])
    assert call.customer_number == (expected["caller_number"] or "")
    assert call.report.reported_at == call.ended_at
    asked = {tool["id"] for tool in expected["tool_calls"]}
    assert set(ToolCall.objects.filter(call=call).values_list("tool_call_id", flat=True)) == asked
    assert Healing.objects.filter(call=call, field="report").exists()
    assert passes.catch_up(timezone.now()).filled == []
