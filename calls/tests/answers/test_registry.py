"""The tools as Vapi would be told of them."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from calls.answers.registry import LONGEST_DESCRIPTION, NAME, TOOLS, Answer, Context, tool
from calls.answers.tools.tickets import TicketNumber

EXPECTED = {
    "getTicketStatus",
    "getTicketDetails",
    "getTicket",
    "createTicket",
    "escalateToHuman",
    "findMyTickets",
    "addTicketNote",
    "cancelOrder",
    "requestRefund",
    "scheduleCallback",
}
WRITING = EXPECTED - {"getTicketStatus", "getTicketDetails", "getTicket", "findMyTickets"}


def test_the_tools_of_the_desk_are_registered() -> None:
    assert set(TOOLS) >= EXPECTED
    assert {name for name in EXPECTED if TOOLS[name].writes} == WRITING


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_has_what_vapi_wants_of_a_function(name: str) -> None:
    found = TOOLS[name]
    assert NAME.fullmatch(name)
    assert 20 < len(found.description) <= LONGEST_DESCRIPTION
    assert "\n" not in found.description
    assert found.parameters["type"] == "object"
    assert all(field.get("description") for field in found.parameters["properties"].values())


def test_the_schema_names_what_is_required() -> None:
    assert TOOLS["createTicket"].parameters["required"] == ["issue"]
    assert TOOLS["createTicket"].parameters["properties"]["priority"]["enum"] == ["high", "low", "normal", "urgent"]


def test_a_name_is_registered_once() -> None:
    def getTicket(arguments: TicketNumber, context: Context) -> Answer:  # noqa: N802
        """Twice."""
        raise NotImplementedError

    with pytest.raises(ValueError, match="getTicket"):
        tool(writes=False)(getTicket)


def test_they_can_be_printed_as_vapi_wants_them(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("list_tools", server_url="https://desk.example.com/webhook/vapi")
    printed = {tool["function"]["name"]: tool for tool in json.loads(capsys.readouterr().out)}
    assert set(printed) == set(TOOLS)
    assert printed["getTicket"]["type"] == "function"
    assert printed["getTicket"]["function"]["parameters"]["required"] == ["ticketId"]
    assert printed["getTicket"]["server"] == {"url": "https://desk.example.com/webhook/vapi"}
