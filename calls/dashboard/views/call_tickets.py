"""A ticket from a call: a new one opened for it, or the call linked to one that is there."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from calls.dashboard.about import LinkForm, OpenForm, link_ticket, open_ticket, summary_of, unlink_ticket
from calls.dashboard.pages import page, person
from calls.dashboard.views.call import found_call, tickets_of, whole
from calls.dashboard.views.live import is_fragment
from calls.models import Call, Report


@page("tickets.change_ticket", method="POST")
def open_for_call(request: HttpRequest, vapi_id: str) -> HttpResponse:
    call = found_call(vapi_id)
    form = OpenForm(request.POST, summary=summary_of(Report.objects.filter(call=call).first()))
    if not form.is_valid():
        return _shown(request, call, "Nothing was opened: say what it is about.", opening=form)
    ticket = open_ticket(call, **form.cleaned_data, by=person(request))
    return _shown(request, call, f"Ticket {ticket.pk} is open.")


@page("tickets.change_ticket", method="POST")
def link_to_call(request: HttpRequest, vapi_id: str) -> HttpResponse:
    call, form = found_call(vapi_id), LinkForm(request.POST)
    if not form.is_valid():
        return _shown(request, call, "Nothing was linked.", linking=form)
    ticket = form.cleaned_data["number"]
    is_new = link_ticket(call, ticket, by=person(request))
    said = f"This call is about ticket {ticket.pk} now." if is_new else f"Ticket {ticket.pk} was linked before."
    return _shown(request, call, said)


@page("tickets.change_ticket", method="POST")
def unlink_from_call(request: HttpRequest, vapi_id: str) -> HttpResponse:
    call, form = found_call(vapi_id), LinkForm(request.POST)
    if not form.is_valid():
        return _shown(request, call, "Nothing was unlinked.", linking=form)
    ticket = form.cleaned_data["number"]
    if unlink_ticket(call, ticket):
        return _shown(request, call, f"This call is not linked to ticket {ticket.pk} any more.")
    return _shown(request, call, f"Ticket {ticket.pk} was not linked.")


def _shown(request: HttpRequest, call: Call, said: str, **entered: forms.Form) -> HttpResponse:
    """A form that was refused comes back open, with what was entered."""
    status = 422 if entered else 200
    said_so = {"said": said, "refused": bool(entered)}
    if is_fragment(request):
        context = {**tickets_of(call), **entered, **said_so}
        return render(request, "calls/call/tickets_acted.html", context, status=status)
    return render(request, "calls/call/page.html", {**whole(request, call), **entered, **said_so}, status=status)
