"""What the list of tickets can be narrowed by."""

from __future__ import annotations

import django_filters as filters
from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from calls.dashboard.belonging import FEW, estimated, having, with_words
from calls.dashboard.desk_filter import DeskFilter, search_box
from calls.dashboard.search import TICKET, named, numbered
from tickets.models import Comment, Customer, Ticket
from tickets.models.ticket import SETTLED

UNSETTLED = ("unsettled", "Not settled")
ME, NOBODY = "me", "nobody"


def assignees() -> list[tuple[str, str]]:
    """Whoever may work on tickets."""
    people = agents()
    return [(ME, "Me"), (NOBODY, "Nobody"), *((str(one.pk), one.get_full_name() or one.username) for one in people)]


def agents() -> QuerySet[User]:
    able = User.objects.with_perm("tickets.change_ticket", backend="django.contrib.auth.backends.ModelBackend")
    return able.order_by("first_name", "username")


class TicketFilter(DeskFilter):
    q = search_box("Ticket, customer, number or words written")
    status = filters.ChoiceFilter(
        label="Status", empty_label="Any status", choices=[UNSETTLED, *Ticket.Status.choices], method="in_status"
    )
    priority = filters.ChoiceFilter(label="Priority", empty_label="Any priority", choices=Ticket.Priority.choices)
    assigned = filters.ChoiceFilter(
        label="Assigned to", empty_label="Anybody or nobody", choices=assignees, method="assigned_to"
    )
    customer = filters.ModelChoiceFilter(
        label="Customer", queryset=lambda _: Customer.objects.all(), widget=forms.HiddenInput
    )

    def meanings(self, words: str) -> list[Q]:
        comments = with_words(Comment, "body", words)
        match = TICKET.fullmatch(words.strip())
        return [
            Q(pk__in=with_words(Ticket, "issue", words).values("pk")),
            having(comments, "ticket", are_few=estimated(comments) <= FEW),
            *(Q(customer__in=Customer.objects.filter(who)) for who in self._customers(words)),
            *([Q(pk=int(match[1]))] if match else []),
        ]

    def _customers(self, words: str) -> list[Q]:
        return [named("name", words), *numbered("phone", words, sees_numbers=self.sees_numbers)]

    def in_status(self, tickets: QuerySet[Ticket], _: str, status: str) -> QuerySet[Ticket]:
        return tickets.exclude(status__in=SETTLED) if status == UNSETTLED[0] else tickets.filter(status=status)

    def assigned_to(self, tickets: QuerySet[Ticket], _: str, who: str) -> QuerySet[Ticket]:
        if who == NOBODY:
            return tickets.filter(assigned_agent=None)
        me = self.request.user.pk if self.request else None
        return tickets.filter(assigned_agent=me if who == ME else int(who))
