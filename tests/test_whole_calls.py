"""Whole calls over real HTTP, real Celery, real PostgreSQL: what the sandbox sent is what the database holds."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from calls.answers.registry import TOOLS
from sandbox.vapi import ledger
from sandbox.vapi.scenario import names
from tests.stack import Stack

SCENARIOS = names()
CALLS = len(SCENARIOS) + 5


@pytest.fixture(scope="module")
def records(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    path: Path = tmp_path_factory.mktemp("ledger") / "ledger.jsonl"
    stack.manage("sandbox", "--calls", str(CALLS), "--speed", "15", "--concurrency", "6", "--ledger", str(path))
    stack.wait_until_projected()
    return ledger.read(path)


def calls(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record for record in records if record["record"] == "call"]


def compact(told: str) -> str:
    """Legacy replies carry an object, which the agent hears without our spaces. A request that came twice is looked
    up twice, and another call may have changed the ticket in between: the ledger keeps the later time.
    """
    return re.sub(r'"lastUpdate":"[^"]*"', '"lastUpdate":""', told.replace(", ", ",").replace(": ", ":"))


def test_every_scenario_was_placed_and_every_delivery_accepted(records: list[dict[str, Any]]) -> None:
    assert len(calls(records)) == CALLS
    assert len({record["scenario"] for record in calls(records)}) == len(SCENARIOS)
    assert {record["status"] for record in records if record["record"] == "delivery"} == {200}


def test_nothing_is_lost_and_nothing_is_doubled(stack: Stack, records: list[dict[str, Any]]) -> None:
    sent = [record for record in records if record["record"] == "delivery" and record["kept"]]
    once = {(record["call_id"], record["sequence"]) for record in sent}
    assert len(sent) > len(once)
    for call in calls(records):
        expected = sum(1 for event in once if event[0] == call["call_id"])
        assert stack.sql("SELECT count(*) FROM calls_event WHERE call_id = %s", call["call_id"]) == [(expected,)]


def test_each_call_ended_as_it_was_played(stack: Stack, records: list[dict[str, Any]]) -> None:
    for call in calls(records):
        query = "SELECT status, ended_reason, cost_usd, customer_number FROM calls_call WHERE vapi_id = %s"
        ((status, reason, cost, number),) = stack.sql(query, call["call_id"])
        assert (status, reason, number) == ("ended", call["ended_reason"], call["caller_number"] or "")
        assert cost == Decimal(str(call["cost"])).quantize(Decimal("0.000001"))


def test_the_transcript_is_the_reports_clean_one(stack: Stack, records: list[dict[str, Any]]) -> None:
    query = """SELECT role, text FROM calls_turn JOIN calls_call ON calls_call.id = call_id
               WHERE vapi_id = %s ORDER BY position"""
    for call in calls(records):
        assert stack.sql(query, call["call_id"]) == [(turn["role"], turn["text"]) for turn in call["turns"]]


def test_interruptions_and_their_gaps(stack: Stack, records: list[dict[str, Any]]) -> None:
    query = """SELECT gap_ms FROM calls_interruption JOIN calls_call ON calls_call.id = call_id
               WHERE vapi_id = %s ORDER BY caller_began_at"""
    for call in calls(records):
        assert stack.sql(query, call["call_id"]) == [(one["gap_ms"],) for one in call["interruptions"]]
    assert any(call["interruptions"] for call in calls(records))


def test_what_the_agent_said_too_late_is_marked_and_nothing_else(stack: Stack, records: list[dict[str, Any]]) -> None:
    query = """SELECT late FROM calls_turn JOIN calls_call ON calls_call.id = call_id
               WHERE vapi_id = %s AND late <> '' ORDER BY position"""
    for call in calls(records):
        assert stack.sql(query, call["call_id"]) == [(kind,) for kind in call["late"]], call["scenario"]
    assert {kind for call in calls(records) for kind in call["late"]} == {"tool-result", "old-words"}


def test_who_does_not_want_to_cancel_has_nothing_written(stack: Stack, records: list[dict[str, Any]]) -> None:
    query = "SELECT name FROM calls_toolcall JOIN calls_call ON calls_call.id = call_id WHERE vapi_id = %s"
    for call in calls(records):
        if call["scenario"] == "does_not_cancel":
            asked = {name for (name,) in stack.sql(query, call["call_id"])}
            assert asked == {"getTicketStatus"}
            assert not any(TOOLS[name].writes for name in asked)


def test_a_call_known_from_its_report_alone_is_whole(stack: Stack, records: list[dict[str, Any]]) -> None:
    query = """SELECT status, started_at IS NOT NULL, ended_at - started_at, name FROM calls_call
               JOIN calls_assistant ON calls_assistant.id = assistant_id WHERE calls_call.vapi_id = %s"""
    for call in calls(records):
        if call["scenario"] == "only_a_report":
            assert stack.sql("SELECT count(*) FROM calls_event WHERE call_id = %s", call["call_id"]) == [(1,)]
            ((status, has_started, length, assistant),) = stack.sql(query, call["call_id"])
            assert (status, has_started, assistant) == ("ended", True, "Support desk")
            assert length / timedelta(milliseconds=1) == call["duration_ms"]


def test_tool_calls_were_answered_and_their_words_reached_the_agent(
    stack: Stack, records: list[dict[str, Any]]
) -> None:
    query = """SELECT name, COALESCE(NULLIF(error, ''), result) FROM calls_toolcall
               JOIN calls_call ON calls_call.id = call_id WHERE vapi_id = %s"""
    for call in calls(records):
        expected = sorted((one["name"], compact(one["text"])) for one in call["tool_calls"])
        assert sorted((name, compact(told)) for name, told in stack.sql(query, call["call_id"])) == expected
    assert not any(call["unmet"] for call in calls(records))


def test_each_angry_caller_has_one_escalation(stack: Stack, records: list[dict[str, Any]]) -> None:
    query = """SELECT count(*) FROM calls_escalation JOIN calls_call ON calls_call.id = call_id WHERE vapi_id = %s"""
    for call in calls(records):
        assert stack.sql(query, call["call_id"]) == [(int(call["escalated"]),)]
    assert any(call["escalated"] for call in calls(records))


def test_each_call_has_its_report(stack: Stack, records: list[dict[str, Any]]) -> None:
    query = """SELECT summary FROM calls_report JOIN calls_call ON calls_call.id = call_id WHERE vapi_id = %s"""
    for call in calls(records):
        assert stack.sql(query, call["call_id"]) == [(call["summary"],)]
