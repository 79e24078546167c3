"""What does the customer want, what was done about it, and what was said on the phone?"""

from __future__ import annotations

import logging

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from calls.dashboard.one_ticket import (
    FIELD_NAMES,
    CommentForm,
    TicketForm,
    calls_about,
    offered_agents,
    timeline,
    told_of,
    values,
)
from calls.dashboard.pages import page, person
from calls.dashboard.ticket_filters import TicketFilter
from calls.dashboard.views.live import is_fragment
from calls.dashboard.writes import writes_of
from tickets.changes import ChangedMeanwhileError, Clash
from tickets.models import Ticket
from tickets.services import add_comment, edit_ticket

logger = logging.getLogger(__name__)


@page("tickets.view_ticket")
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    return _shown(request, number)


@page("tickets.change_ticket", method="POST")
def change(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Ticket, pk=number)
    wanted = TicketForm(request.POST).offer(offered_agents(found))
    seen = TicketForm(request.POST, prefix="seen").offer(User.objects.all())
    if not (wanted.is_valid() and seen.is_valid()):
        said = "Nothing was saved: one field was not understood."
        return _shown(request, number, form=wanted, said=said, kept="comment", status=422)
    try:
        edit_ticket(number, seen=seen.cleaned_data, wanted=wanted.cleaned_data, by=person(request))
    except ChangedMeanwhileError as error:
        words = " ".join(_clash(clash) for clash in error.clashes)
        said = f"Nothing was saved. {words} What you entered is still here; save again to put it in its place."
        return _shown(request, number, form=_entered(number, seen, wanted), said=said, kept="comment", status=409)
    return _shown(request, number, said="Saved.", kept="comment")


@page("tickets.add_comment", method="POST")
def comment(request: HttpRequest, number: int) -> HttpResponse:
    get_object_or_404(Ticket, pk=number)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _shown(
            request, number, comment=form, said="Nothing was added: the comment is empty.", kept="form", status=422
        )
    add_comment(number, **form.cleaned_data, by=person(request))
    return _shown(request, number, said="Comment added.", kept="form")


@page("calls.see_numbers", method="POST")
def ticket_number(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Ticket.objects.select_related("customer"), pk=number)
    logger.info("number of ticket %s shown to user %s (%s)", number, request.user.pk, request.user.get_username())
    phone = found.customer.phone if found.customer else ""
    return render(request, "components/number_shown.html", {"call": {"customer_number": phone}})


def _shown(request: HttpRequest, number: int, *, status: int = 200, **entered: object) -> HttpResponse:
    """The ticket as it stands now; what somebody `entered` is still in its form."""
    found = get_object_or_404(Ticket.objects.select_related("customer", "assigned_agent"), pk=number)
    context = {
        "ticket": found,
        "form": TicketForm(initial=values(found)).offer(offered_agents(found)),
        "seen": TicketForm(prefix="seen", initial=values(found)).offer(User.objects.all()),
        "comment": CommentForm(),
        "timeline": timeline(found),
        "calls": calls_about(found),
        "writes": writes_of(number),
        "told": told_of(found),
        "refused": status != 200,
        **_back(request.GET.get("back", "")),
        **entered,
    }
    template = "tickets/ticket/one.html" if is_fragment(request) else "tickets/ticket/page.html"
    return render(request, template, context, status=status)


def _entered(number: int, seen: TicketForm, wanted: TicketForm) -> TicketForm:
    """What the editor changed, over what stands there now: saving it again must not undo anybody's other fields."""
    found = Ticket.objects.get(pk=number)
    edited = {name: new for name, new in wanted.cleaned_data.items() if new != seen.cleaned_data[name]}
    return TicketForm(initial={**values(found), **edited}).offer(offered_agents(found))


def _clash(clash: Clash) -> str:
    who = (clash.by.get_full_name() or clash.by.get_username()) if clash.by else "Somebody"
    return f"{who} changed {FIELD_NAMES[clash.field]} meanwhile, to “{clash.new or 'nobody'}”."


def _back(query: str) -> dict[str, object]:
    """The list this ticket was opened from. Taken apart and built anew, so that it can lead nowhere else."""
    came_from = QueryDict(query)
    narrowed = TicketFilter(came_from, queryset=Ticket.objects.none())
    return {"back": came_from.urlencode(), "back_words": narrowed.in_words}
