"""What is to be written to the CRM: what waits for a person, what is on its way, what has ended; and how the CRM is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tickets.crm import limit
from tickets.crm.breaker import CLOSED
from tickets.crm.connections import KINDS, active
from tickets.crm.guard import breaker
from tickets.models import Operation
from tickets.models.operation import OPEN
from tickets.operations.person import FOR_A_PERSON

MOST_SHOWN = 100
MOST_OF_A_TICKET = 20
SHOWN = {"": "For a person", "waiting": "On their way", "ended": "Ended"}
ENDED = (Operation.State.DONE, Operation.State.SETTLED)


@dataclass(frozen=True)
class Row:
    """One write, and what it says in words."""

    it: Operation
    crm: str
    what: str

    @property
    def is_for_a_person(self) -> bool:
        return self.it.state in FOR_A_PERSON


@dataclass(frozen=True)
class Standing:
    """`breaker`: closed, open or half open. `running`: requests under way now, of all processes."""

    label: str
    is_local: bool
    breaker: str = CLOSED
    running: int = 0


def standing() -> Standing:
    connection = active()
    if connection.is_local:
        return Standing(connection.label, is_local=True)
    name = connection.name
    return Standing(connection.label, False, breaker(name).state(), limit.running(name))


def writes(shown: str) -> list[Row]:
    return [row(one) for one in LISTS[shown]().select_related("ticket__customer", "settled_by")[:MOST_SHOWN]]


def writes_of(ticket_number: int) -> list[Row]:
    """Newest first."""
    found = Operation.objects.filter(ticket=ticket_number).order_by("-id").select_related("settled_by")
    return [row(one) for one in found[:MOST_OF_A_TICKET]]


def writes_not_done(ticket_numbers: Iterable[int]) -> list[Row]:
    """What the CRM was to be told of these tickets, and has not been; nothing is asked where there are none."""
    found = Operation.objects.filter(ticket__in=list(ticket_numbers), state__in=(*OPEN, *FOR_A_PERSON))
    return [row(one) for one in found.order_by("id").select_related("ticket")]


def counts() -> dict[str, int]:
    """What is worked through, by the name of its list."""
    return {"": for_a_person(), "waiting": _on_their_way().count(), "ended": 0}


def for_a_person() -> int:
    return _for_a_person().count()


def row(operation: Operation) -> Row:
    kind = KINDS.get(operation.crm)
    return Row(operation, kind.label if kind else operation.crm, IN_WORDS[operation.kind](operation.payload))


def _for_a_person() -> QuerySet[Operation]:
    """The one that has waited longest first."""
    return Operation.objects.filter(state__in=FOR_A_PERSON).order_by("created_at", "id")


def _on_their_way() -> QuerySet[Operation]:
    return Operation.objects.filter(state__in=OPEN).order_by("next_attempt_at", "id")


def _ended() -> QuerySet[Operation]:
    """By what was asked last: there is an index for that, however many have ended."""
    return Operation.objects.filter(state__in=ENDED).order_by("-id")


LISTS: dict[str, Callable[[], QuerySet[Operation]]] = {"": _for_a_person, "waiting": _on_their_way, "ended": _ended}


def _changes(payload: dict[str, Any]) -> str:
    told = [f"{name} {payload[name]}" for name in ("status", "priority") if payload.get(name)]
    return ", ".join([*told, *([f"“{payload['note']}”"] if payload.get("note") else [])])


IN_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    Operation.Kind.CREATE: lambda payload: str(payload.get("subject", "")),
    Operation.Kind.ADD_NOTE: lambda payload: str(payload.get("text", "")),
    Operation.Kind.UPDATE: _changes,
    Operation.Kind.ESCALATE: lambda payload: str(payload.get("brief", "")),
}
