"""The page of the registered tools."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Annotated

import msgspec
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from msgspec import Meta

from calls.answers import registry
from calls.answers.registry import Answer, Context, tool
from calls.dashboard.tools import listed_tools, type_in_words
from calls.models import Call, ToolCall
from calls.tests.dashboard import build


class Pizza(msgspec.Struct):
    topping: Annotated[str, Meta(description="What is on it", max_length=50)]
    size: Annotated[int, Meta(description="In inches")] = 12


@pytest.fixture
def order_pizza() -> Iterator[None]:
    """A function registered in the code, and gone again afterwards."""
    before = dict(registry.TOOLS)

    def orderPizza(arguments: Pizza, context: Context) -> Answer:  # noqa: N802
        """Order a pizza for the caller."""
        raise NotImplementedError

    tool(writes=True, at_least="caller-number")(orderPizza)
    yield
    registry.TOOLS.clear()
    registry.TOOLS.update(before)


def shown(client: Client) -> str:
    response = client.get("/tools/")
    assert response.status_code == 200
    return response.content.decode()


def card(page: str, name: str) -> str:
    """What a reader sees of one tool."""
    html = page.partition(f'<section class="card" id="{name}"')[2].partition("</section>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_function_registered_in_the_code_appears_with_its_schema(viewer: Client, order_pizza: None) -> None:
    seen = card(shown(viewer), "orderPizza")
    assert "orderPizza writes Calls in a day 0 Failed 0 p95 none Order a pizza for the caller." in seen
    assert "Speaks of a ticket only to the number of the customer." in seen
    assert "topping text, up to 50 letters yes What is on it" in seen
    assert "size whole number no In inches" in seen
    assert "The agent has not called this tool yet." in seen


def test_its_last_ten_calls_are_shown_with_what_was_told(viewer: Client, order_pizza: None) -> None:
    call = build.call(customer_number="+447700900018", customer_name="Ada Byrne")
    for number in range(12):
        arguments = {"topping": f"cheese {number}", "phone": "+12025550132"}
        at = timezone.now() - timedelta(minutes=number)
        build.tool(call, name="orderPizza", arguments=arguments, result=f"Baked {number}.", requested_at=at)
    page = shown(viewer)
    seen = card(page, "orderPizza")
    assert "Ada Byrne · +44 •••• 0018" in seen
    assert "phone: +1 •••• 0132, topping: cheese 0" in seen
    assert "Baked 9." in seen and "Baked 10." not in seen
    assert seen.index("Baked 0.") < seen.index("Baked 9.")
    assert f"/calls/{call.vapi_id}/" in page
    assert "+12025550132" not in page


def test_the_figures_are_of_the_last_day(viewer: Client, order_pizza: None) -> None:
    call = build.call()
    for duration_ms in [100] * 19 + [2_000]:
        build.tool(call, name="orderPizza", duration_ms=duration_ms)
    build.tool(call, name="orderPizza", state=ToolCall.State.FAILED, error="No oven.", duration_ms=2_000)
    build.tool(call, name="orderPizza", requested_at=timezone.now() - timedelta(days=2), state=ToolCall.State.FAILED)
    seen = card(shown(viewer), "orderPizza")
    assert "Calls in a day 21 Failed 1 p95 2000 ms over budget" in seen
    assert "failed" in seen and "“No oven.”" in seen


def test_a_call_that_named_no_call_is_shown_too(viewer: Client, order_pizza: None) -> None:
    ToolCall.objects.create(name="orderPizza", tool_call_id="x", arguments_hash=b"0" * 16, state="done")
    assert "no call was named" in card(shown(viewer), "orderPizza")


def test_the_page_has_the_json_that_list_tools_prints(viewer: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("list_tools")
    printed = json.loads(capsys.readouterr().out)
    (written,) = re.findall(r'<pre id="for-vapi"[^>]*>(.*?)</pre>', shown(viewer), re.DOTALL)
    assert json.loads(unescape(written)) == printed
    assert {one["function"]["name"] for one in printed} == set(registry.TOOLS)


def test_the_step_in_force_is_the_policys_or_the_tools_own(viewer: Client, settings: object) -> None:
    settings.DISCLOSURE_POLICY = {"*": "ticket-number", "getTicket": "caller-number"}  # type: ignore[attr-defined]
    page = shown(viewer)
    assert "only to the number of the customer" in card(page, "findMyTickets")
    assert "only to the number of the customer" in card(page, "getTicket")
    assert "to whoever knows the ticket number" in card(page, "getTicketStatus")
    assert "Speaks of no ticket" in card(page, "createTicket")


def test_more_tools_cost_no_more_queries(db: None, order_pizza: None) -> None:
    call = build.call()
    for name in registry.TOOLS:
        build.tool(call, name=name)
    tools = list(registry.TOOLS.values())
    counts = []
    for some in (tools[:1], tools):
        with CaptureQueriesContext(connection) as captured:
            for listed in listed_tools(some, timezone.now()):
                assert [called.call for called in listed.recent] == [call]
        counts.append(len(captured))
    assert counts == [3, 3]


def test_strangers_do_not_see_it_and_are_not_led_there(stranger: Client, viewer: Client) -> None:
    assert stranger.get("/tools/").status_code == 403
    assert 'href="/tools/" aria-current="page"' in shown(viewer)


def test_what_was_said_is_shown_as_text(viewer: Client, order_pizza: None) -> None:
    build.tool(build.call(), name="orderPizza", arguments={"topping": "<b>"}, result="<script>alert(1)</script>")
    page = shown(viewer)
    assert "<script>alert" not in page and "<b>" not in page


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "text or whole number"),
        ({"enum": ["low", "high"]}, "one of low, high"),
        ({"type": "string", "format": "decimal"}, "amount"),
        ({"type": "array", "items": {"type": "boolean"}}, "list of true or false"),
        ({"type": "string", "maxLength": 4000}, "text, up to 4,000 letters"),
        ({}, "anything"),
    ],
)
def test_a_schema_is_read_as_words(schema: dict[str, object], words: str) -> None:
    assert type_in_words(schema) == words


def test_a_number_among_other_words_is_masked_on_the_calls_page_too(viewer: Client) -> None:
    call = build.call()
    build.tool(
        call, name="scheduleCallback", arguments={"number": "+44 7700 900142"}, result="Read +447700900142 back."
    )
    page = viewer.get(f"/calls/{Call.objects.get().vapi_id}/").content.decode()
    assert "900142" not in page and "+44 •••• 0142" in page
