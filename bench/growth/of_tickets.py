"""The rows about tickets: who has them, what was said about them, what the CRM was told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bench.growth.copying import Table
from bench.growth.world import DAYS, FIRST, World, number_of, skewed
from tickets.models import Comment, Customer, Fetched, Operation, ServiceRequest, Ticket, TicketChange

Rows = Iterator[tuple[Any, ...]]
STATUSES = {"closed": 50, "solved": 25, "open": 10, "pending": 8, "new": 5, "on-hold": 2}
PRIORITIES = {"normal": 70, "low": 15, "high": 12, "urgent": 3}
OPERATION_STATES = {"done": 970, "settled": 20, "dead": 3, "unclear": 3, "differs": 2, "waiting": 2}
MOST_UNDECIDED = 120
MOST_UNDONE = 150


def tables(world: World) -> Iterator[Table]:
    yield Table(Customer, ("id", "name", "phone", "email", "postcode", "created_at"), _customers(world))
    yield Table(Ticket, TICKET, _tickets(world))
    yield Table(Comment, ("id", "ticket_id", "author_id", "source", "body", "created_at"), _comments(world))
    yield Table(TicketChange, ("id", "ticket_id", "at", "by_id", "field", "old", "new"), _changes(world))
    yield Table(Operation, OPERATION, _operations(world))
    yield Table(ServiceRequest, REQUEST, _requests(world))
    yield Table(Fetched, ("id", "crm", "subject", "at"), _fetched(world))


def opened_at(world: World, ticket: int) -> datetime:
    """Tickets are numbered in the order in which they were opened."""
    return world.now - timedelta(days=DAYS) * (1 - (ticket - FIRST) / len(world.tickets))


def _customers(world: World) -> Rows:
    random, name = world.random("customers"), world.speech.name
    for pk in world.customers:
        created = world.now - timedelta(days=random.uniform(0, 400))
        yield pk, name(), number_of(pk), f"customer{pk}@example.com", f"SW{pk % 90 + 10}1AA", created


TICKET = ("number", "customer_id", "issue", "status", "priority", "assigned_agent_id", "created_at", "updated_at")


def _tickets(world: World) -> Rows:
    random = world.random("tickets")
    for number in world.tickets:
        opened = opened_at(world, number)
        yield (
            *(number, skewed(world.customers, random), random.choice(world.speech.sentences)),
            *(_chosen(STATUSES, random), _chosen(PRIORITIES, random)),
            *(random.choice(world.people) if random.random() < 0.7 else None, opened),
            opened + (world.now - opened) * random.random() ** 4,
        )


def _comments(world: World) -> Rows:
    random, pk = world.random("comments"), FIRST
    for ticket in world.tickets:
        for number in range(random.randint(1, 5)):
            body = " ".join(random.choices(world.speech.sentences, k=3))
            at = opened_at(world, ticket) + timedelta(minutes=7 * number)
            yield pk, ticket, random.choice(world.people), random.choice(("person", "phone-agent")), body, at
            pk += 1


def _changes(world: World) -> Rows:
    random = world.random("changes")
    for place, ticket in enumerate(world.tickets):
        at = opened_at(world, ticket) + timedelta(hours=1)
        yield FIRST + place, ticket, at, random.choice(world.people), "status", "New", "Open"


OPERATION = ("id", "key", "kind", "crm", "ticket_id", "payload", "state", "next_attempt_at", "created_at", "ended_at")


def _operations(world: World) -> Rows:
    """One in two calls. What waits for a person is worked off, so there is never much of it."""
    random, undone = world.random("operations"), 0
    for place in range(world.number // 2):
        ticket = skewed(world.tickets, random, 1.2)
        at, state = opened_at(world, ticket), _chosen(OPERATION_STATES, random)
        undone += state not in ("done", "settled")
        if undone > MOST_UNDONE:
            state = "done" if state not in ("done", "settled") else state
        ended = None if state == "waiting" else at + timedelta(seconds=3)
        payload = {"text": random.choice(world.speech.sentences)}
        yield FIRST + place, f"{place:064x}", "add-note", "zendesk", ticket, payload, state, at, at, ended


REQUEST = (
    *("id", "ticket_id", "kind", "state", "order_reference", "requested_by", "requested_at"),
    *("decided_by_id", "decided_at"),
)


def _requests(world: World) -> Rows:
    """One a ticket at most. The newest wait."""
    random, asked = world.random("requests"), world.tickets[:: max(len(world.tickets) * 25 // world.number, 1)]
    for place, ticket in enumerate(asked):
        at, waits = opened_at(world, ticket), place >= len(asked) - min(MOST_UNDECIDED, len(asked) // 2)
        decided = (None, None) if waits else (random.choice(world.people), at + timedelta(hours=5))
        kind, caller = random.choice(("refund", "cancel-order")), number_of(skewed(world.customers, random))
        yield FIRST + place, ticket, kind, "requested" if waits else "done", f"A{ticket}", caller, at, *decided


def _fetched(world: World) -> Rows:
    return ((number, "zendesk", f"number:{number}", opened_at(world, number)) for number in world.tickets)


def _chosen(weights: dict[str, int], random: Random) -> str:
    return random.choices(list(weights), weights=list(weights.values()))[0]
