"""What the agent that ships promises, each in a scenario that anyone can play."""

from __future__ import annotations

import pytest

from sandbox.vapi.scenario import Agent, Scenario, Tool, load, names

MOST_WORDS = 30


def tools(scenario: Scenario) -> list[tuple[str, bool]]:
    """Each tool call, and whether it says that the caller confirmed."""
    steps = [step for step in scenario.steps if isinstance(step, Tool)]
    return [(call.name, call.arguments.get("confirmed") is True) for step in steps for call in step.calls]


@pytest.mark.parametrize("name", names())
def test_replies_are_short_but_for_what_is_read_out_and_interrupted(name: str) -> None:
    said = [step for step in load(name).steps if isinstance(step, Agent) and step.interrupted_after_seconds is None]
    assert [step.says for step in said if len(step.says.split()) > MOST_WORDS] == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("verifies_first", [("verifyCaller", False), ("getTicketStatus", False)]),
        ("ticket_lookup", [("getTicketStatus", False), ("getTicketDetails", False)]),
        ("new_ticket", [("createTicket", False)]),
        ("cancels_confirmed", [("cancelOrder", False), ("cancelOrder", True)]),
        ("angry_caller", [("getTicketStatus", False), ("escalateToHuman", False)]),
    ],
)
def test_what_it_does_is_a_scenario(name: str, wanted: list[tuple[str, bool]]) -> None:
    assert tools(load(name)) == wanted


def test_it_yields_when_it_is_interrupted() -> None:
    (interrupted,) = [
        step
        for step in load("interrupted_policy").steps
        if isinstance(step, Agent) and step.interrupted_after_seconds is not None
    ]
    assert interrupted.gap_ms < 500
