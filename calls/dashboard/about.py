"""The tickets a call is about: what its tools and escalations name, and what a person has linked to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import forms
from django.contrib.auth.models import User
from django.db import transaction
from django.http import QueryDict

from calls.dashboard.one_call import OneCall
from calls.dashboard.writes import Row, writes_not_done
from calls.models import Call, CallTicket, Report
from supportvoice import live
from tickets.lookup import LARGEST_NUMBER
from tickets.models import Ticket
from tickets.services import create_ticket
from tickets.spoken import LONGEST_TEXT, ticket_number


@dataclass
class AboutTicket:
    """One ticket, and why it stands here."""

    ticket: Ticket
    tools: list[str] = field(default_factory=list)
    escalations: list[int] = field(default_factory=list)
    writes: list[Row] = field(default_factory=list)
    link: CallTicket | None = None


class OpenForm(forms.Form):
    """Left empty, the issue is the report's summary: the report may come while somebody has the page open."""

    issue = forms.CharField(
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Left empty: the summary of the report"}),
    )
    priority = forms.ChoiceField(choices=Ticket.Priority.choices, initial=Ticket.Priority.NORMAL)

    def __init__(self, entered: QueryDict | None = None, *, summary: str) -> None:
        super().__init__(entered, initial={"issue": summary})
        self.summary = summary

    def clean_issue(self) -> str:
        issue = self.cleaned_data["issue"] or self.summary
        if not issue:
            raise forms.ValidationError("Say what it is about: the call has no report yet.")
        return str(issue)


class LinkForm(forms.Form):
    number = forms.CharField(label="Ticket number", max_length=LONGEST_TEXT)

    def clean_number(self) -> Ticket:
        """As people write it: 12345, TK-12345."""
        said = self.cleaned_data["number"]
        number = ticket_number(said)
        found = Ticket.objects.filter(pk=number).first() if number and number <= LARGEST_NUMBER else None
        if found is None:
            raise forms.ValidationError(f"There is no ticket {said}. Its number stands on its page, such as 12345.")
        return found


def about(one: OneCall) -> list[AboutTicket]:
    """In the order in which the call came to them."""
    found: dict[int, AboutTicket] = {}

    def at(ticket: Ticket) -> AboutTicket:
        return found.setdefault(ticket.pk, AboutTicket(ticket))

    for tool in one.tools:
        if tool.ticket and tool.name not in at(tool.ticket).tools:
            at(tool.ticket).tools.append(tool.name)
    for escalation in one.escalations:
        if escalation.ticket:
            at(escalation.ticket).escalations.append(escalation.pk)
    for link in one.call.ticket_links.select_related("ticket", "by"):
        at(link.ticket).link = link
    for write in writes_not_done(found):
        at(write.it.ticket).writes.append(write)
    return list(found.values())


def summary_of(report: Report | None) -> str:
    return " ".join(report.summary.split())[:500] if report else ""


@transaction.atomic
def open_ticket(call: Call, *, issue: str, priority: str, by: User) -> Ticket:
    """Of the call's customer."""
    ticket, _ = create_ticket(issue=issue, priority=priority, customer=call.customer, note="")
    link_ticket(call, ticket, by=by)
    return ticket


def unlink_ticket(call: Call, ticket: Ticket) -> bool:
    """Only what a person linked; False where nobody has."""
    deleted, _ = CallTicket.objects.filter(call=call, ticket=ticket).delete()
    _tell(call)
    return bool(deleted)


def link_ticket(call: Call, ticket: Ticket, *, by: User) -> bool:
    """False where somebody has linked it before: who did it first stays."""
    _, is_new = CallTicket.objects.get_or_create(call=call, ticket=ticket, defaults={"by": by})
    _tell(call)
    return is_new


def _tell(call: Call) -> None:
    """After the commit: whoever watches the call looks again."""
    transaction.on_commit(lambda: live.publish("calls", {"ids": [call.vapi_id]}), robust=True)
