"""Editing a ticket: field by field against what the editor saw, each change written down beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from tickets.models import Comment, Ticket, TicketChange

FIELDS = ("status", "priority", "assigned_agent", "issue")


@dataclass(frozen=True)
class Clash:
    """Somebody changed this field meanwhile, to `new`."""

    field: str
    new: str
    by: User | None


class ChangedMeanwhileError(Exception):
    """Nothing of the edit was written."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__(", ".join(clash.field for clash in clashes))
        self.clashes = clashes


@transaction.atomic
def edit_ticket(
    number: int,
    *,
    seen: Mapping[str, Any],
    wanted: Mapping[str, Any],
    by: User | None,
    source: str = TicketChange.Source.PERSON,
) -> list[TicketChange]:
    """What differs between `seen` and `wanted` is written, unless it has changed under the editor.

    Fields the editor left alone keep what others wrote meanwhile. Values are as the model holds them.
    """
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=number)
    edited = [field for field in FIELDS if field in wanted and wanted[field] != seen[field]]
    if clashes := [_clash(ticket, field) for field in edited if _is_taken(ticket, field, seen, wanted)]:
        raise ChangedMeanwhileError(clashes)
    different = {field: wanted[field] for field in edited if getattr(ticket, field) != wanted[field]}
    return set_fields(ticket, different, by, source) if different else []


def set_fields(ticket: Ticket, wanted: Mapping[str, Any], by: User | None, source: str) -> list[TicketChange]:
    """Of a ticket that the caller's transaction has locked: written, dated, and written down."""
    before = {field: in_words(ticket, field) for field in wanted if getattr(ticket, field) != wanted[field]}
    for field in before:
        setattr(ticket, field, wanted[field])
    ticket.updated_at = Now()
    ticket.save(update_fields=[*before, "updated_at"])
    return write_down(ticket, before, by, source)


@transaction.atomic
def add_comment(number: int, *, body: str, by: User | None, source: str = Comment.Source.PERSON) -> Comment:
    comment = Comment.objects.create(ticket_id=number, body=body, author=by, source=source)
    Ticket.objects.filter(pk=number).update(updated_at=Now())
    return comment


def write_down(ticket: Ticket, before: Mapping[str, str], by: User | None, source: str) -> list[TicketChange]:
    """The history of what is different now. To be called in the transaction of the change."""
    now = {field: in_words(ticket, field) for field in before}
    return TicketChange.objects.bulk_create(
        TicketChange(ticket=ticket, by=by, source=source, field=field, old=old, new=now[field])
        for field, old in before.items()
        if old != now[field]
    )


def in_words(ticket: Ticket, field: str) -> str:
    if field == "assigned_agent":
        agent = ticket.assigned_agent
        return (agent.get_full_name() or agent.get_username()) if agent else ""
    shown = getattr(ticket, f"get_{field}_display", None)
    return str(shown() if shown else getattr(ticket, field))


def _is_taken(ticket: Ticket, field: str, seen: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return getattr(ticket, field) not in (seen[field], wanted[field])


def _clash(ticket: Ticket, field: str) -> Clash:
    last = ticket.changes.filter(field=field).select_related("by").last()
    return Clash(field, in_words(ticket, field), last.by if last else None)
