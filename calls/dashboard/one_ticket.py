"""Everything that is shown of one ticket: what was said and changed in one line of time, and the calls about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Prefetch, Q, QuerySet

from calls.dashboard.ticket_filters import agents
from calls.models import Call, CallTicket, Disclosure, Escalation, ToolCall
from tickets.models import Comment, Ticket, TicketChange

MOST_CALLS = 20
MOST_TOLD = 10
FIELD_NAMES = {"status": "status", "priority": "priority", "assigned_agent": "who has it", "issue": "issue"}


@dataclass(frozen=True)
class Entry:
    """`kind` names the template that shows `it`."""

    kind: str
    it: Comment | TicketChange
    at: datetime


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: User) -> str:
        return obj.get_full_name() or obj.username


class TicketForm(forms.Form):
    status = forms.ChoiceField(choices=Ticket.Status.choices)
    priority = forms.ChoiceField(choices=Ticket.Priority.choices)
    assigned_agent = PersonField(
        label="Assigned to", queryset=User.objects.none(), required=False, empty_label="Nobody"
    )
    issue = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def offer(self, people: QuerySet[User]) -> TicketForm:
        self.fields["assigned_agent"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField
        return self


class CommentForm(forms.Form):
    source = forms.ChoiceField(
        label="Who said it",
        choices=[(Comment.Source.PERSON, "Internal note"), (Comment.Source.CUSTOMER, "The customer said")],
    )
    body = forms.CharField(label="Comment", max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))


def offered_agents(ticket: Ticket) -> QuerySet[User]:
    """Whoever may work on tickets, and whoever has this one."""
    able = Q(pk__in=agents().values("pk")) | Q(pk=ticket.assigned_agent_id)
    return User.objects.filter(able).order_by("first_name", "username")


def values(ticket: Ticket) -> dict[str, object]:
    return {name: getattr(ticket, name) for name in FIELD_NAMES}


def timeline(ticket: Ticket) -> list[Entry]:
    comments = [Entry("comment", one, one.created_at) for one in ticket.comments.select_related("author")]
    changes = [Entry("change", one, one.at) for one in ticket.changes.select_related("by")]
    return sorted([*comments, *changes], key=lambda entry: entry.at)


def told_of(ticket: Ticket) -> QuerySet[Disclosure]:
    """To whom it was told, newest first. Asked for only where it is shown."""
    return ticket.disclosures.select_related("call__customer").order_by("-at", "-id")[:MOST_TOLD]


def calls_about(ticket: Ticket) -> QuerySet[Call]:
    asked = Prefetch("tool_calls", ToolCall.objects.filter(ticket=ticket), to_attr="asked")
    escalated = Prefetch("escalations", Escalation.objects.filter(ticket=ticket), to_attr="escalated")
    linked = Prefetch("ticket_links", CallTicket.objects.filter(ticket=ticket).select_related("by"), to_attr="linked")
    about: list[QuerySet[Any, Any]] = [
        of.objects.filter(ticket=ticket).order_by().values("call") for of in (ToolCall, Escalation, CallTicket)
    ]
    found = Call.objects.filter(pk__in=about[0].union(*about[1:])).select_related("customer")
    return found.prefetch_related(asked, escalated, linked)[:MOST_CALLS]
