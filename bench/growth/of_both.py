"""The rows between calls and tickets: what the agent asked, whom a person had to help, what was promised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.growth.copying import Table
from bench.growth.world import FIRST, GUARDED, World, number_of, skewed
from calls import models

Rows = Iterator[tuple[Any, ...]]
MOST_OPEN = 80


def tables(world: World) -> Iterator[Table]:
    yield Table(models.ToolCall, TOOL_CALL, _tool_calls(world))
    yield Table(models.Delivery, DELIVERY, _deliveries(world))
    yield Table(models.Disclosure, DISCLOSURE, _disclosures(world))
    yield Table(models.Judgement, JUDGEMENT, _judgements(world))
    yield Table(models.LookupMiss, ("id", "call_id", "number", "tool", "subject", "at"), _misses(world))
    yield Table(models.Verification, ("id", "call_id", "customer_id", "factor", "at"), _verifications(world))
    yield Table(models.Escalation, ESCALATION, _escalations(world))
    yield Table(models.EscalationEvent, ("id", "escalation_id", "kind", "at", "by_id"), _history(world))
    yield Table(models.Callback, CALLBACK, _callbacks(world))
    yield Table(models.CallTicket, ("id", "call_id", "ticket_id", "by_id", "at"), _links(world))


TOOL_CALL = (
    *("id", "call_id", "tool_call_id", "name", "arguments", "arguments_hash", "state", "result", "error", "failure"),
    *("ticket_id", "requested_at", "answered_at", "duration_ms"),
)


def _tool_calls(world: World) -> Rows:
    random = world.random("tool calls")
    for tool in world.tools:
        ms = random.randint(8, 700) if random.random() < 0.98 else random.randint(800, 3_000)
        said = random.choice(world.speech.sentences)
        answer = ("failed", "", said, "ReadTimeout") if tool.failed else ("done", said, "", "")
        yield (
            *(tool.id, tool.call.id, f"call_{tool.id}", tool.name, {"ticketNumber": tool.ticket}),
            *(random.randbytes(16), *answer, tool.ticket, tool.at, tool.at + timedelta(milliseconds=ms), ms),
        )


DELIVERY = ("id", "tool_call_id", "caller_number", "state", "text", "created_at", "ended_at")


def _deliveries(world: World) -> Rows:
    random = world.random("deliveries")
    for tool in world.tools:
        if tool.name in ("addTicketNote", "createTicket"):
            state, said = random.choice(("spoken", "spoken", "too-late")), random.choice(world.speech.sentences)
            ended = tool.at + timedelta(seconds=4)
            yield tool.id, tool.id, number_of(tool.call.customer), state, said, tool.at, ended


DISCLOSURE = ("id", "call_id", "tool_call_id", "ticket_id", "customer_id", "tool", "step", "evidence", "at")


def _disclosures(world: World) -> Rows:
    for tool in world.tools:
        if tool.ticket and tool.name.startswith("getTicket"):
            why = ("caller-number", "The number is the customer's")
            yield tool.id, tool.call.id, tool.id, tool.ticket, tool.call.customer, tool.name, *why, tool.at


JUDGEMENT = (
    *("id", "tool_call_id", "intent", "verdict", "reason", "words", "at"),
    *("mark", "marked_at", "marked_by_id"),
)


def _judgements(world: World) -> Rows:
    random = world.random("judgements")
    for tool in world.tools:
        if tool.name in GUARDED:
            verdict, words = random.choice(("do", "do", "ask", "don't")), random.choice(world.speech.sentences)
            mark = random.choice(("right", "right", "wrong")) if random.random() < 0.3 else ""
            marked = (tool.at + timedelta(days=1), random.choice(world.people)) if mark else (None, None)
            yield tool.id, tool.id, GUARDED[tool.name], verdict, "An order", words, tool.at, mark, *marked


def _misses(world: World) -> Rows:
    random = world.random("misses")
    for call in world.calls:
        if random.random() < 0.03:
            subject = f"number:{random.randint(10_000, 99_999)}"
            yield call.id, call.id, number_of(call.customer), "getTicket", subject, call.at(20)


def _verifications(world: World) -> Rows:
    random = world.random("verifications")
    for call in world.calls:
        if random.random() < 0.1:
            yield call.id, call.id, call.customer, random.choice(("pin", "postcode")), call.at(15)


def _open(world: World) -> int:
    """What is open is worked off, so there is never much of it."""
    return min(MOST_OPEN, world.number // 40)


ESCALATION = (
    *("id", "call_id", "ticket_id", "reason", "state", "created_at", "claimed_by_id", "claimed_at"),
    *("resolved_at", "resolution"),
)


def _escalations(world: World) -> Rows:
    """The newest are open."""
    random, asked = world.random("escalations"), world.calls[::12]
    for place, call in enumerate(asked):
        reason, at, ticket = random.choice(world.speech.sentences), call.at(40), skewed(world.tickets, random, 1.5)
        if place >= len(asked) - _open(world):
            yield call.id, call.id, ticket, reason, "open", at, None, None, None, ""
        else:
            by, done = random.choice(world.people), at + timedelta(minutes=30)
            yield call.id, call.id, ticket, reason, "resolved", at, by, at, done, "Called back."


def _history(world: World) -> Rows:
    random, asked, pk = world.random("history"), world.calls[::12], FIRST
    for place, call in enumerate(asked):
        kinds = ("asked",) if place >= len(asked) - _open(world) else ("asked", "claimed", "resolved")
        for number, kind in enumerate(kinds):
            by = random.choice(world.people) if number else None
            yield pk, call.id, kind, call.at(40) + timedelta(minutes=15 * number), by
            pk += 1


CALLBACK = (
    *("id", "call_id", "customer_id", "number", "due_at", "topic", "state", "created_at"),
    *("settled_by_id", "settled_at", "note"),
)


def _callbacks(world: World) -> Rows:
    random, asked = world.random("callbacks"), world.calls[::20]
    for place, call in enumerate(asked):
        at, topic = call.at(50), random.choice(world.speech.sentences)
        settled: tuple[Any, ...] = ("open", at, None, None, "")
        if place < len(asked) - _open(world):
            settled = ("done", at, random.choice(world.people), at + timedelta(hours=4), "Reached them.")
        due = at + timedelta(hours=3)
        yield call.id, call.id, call.customer, number_of(call.customer), due, topic, *settled


def _links(world: World) -> Rows:
    random = world.random("links")
    for call in world.calls[::20]:
        ticket = skewed(world.tickets, random, 1.5)
        yield call.id, call.id, ticket, random.choice(world.people), call.at(600)
