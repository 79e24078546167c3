"""Find that ticket again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from calls.dashboard.pages import page
from calls.dashboard.paging import page_of
from calls.dashboard.ticket_filters import TicketFilter
from calls.dashboard.views.calls import kept
from calls.dashboard.views.live import is_fragment
from tickets.models import Ticket


@page("tickets.view_ticket")
def tickets(request: HttpRequest) -> HttpResponse:
    every = Ticket.objects.select_related("customer", "assigned_agent")
    narrowed = TicketFilter(request.GET, queryset=every, request=request)
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    context = {
        "filter": narrowed,
        "page": page_of(narrowed.found, before, after, by="updated_at"),
        "filters": kept(request.GET, drop={"before", "after"}),
        "back": kept(request.GET),
    }
    if not is_fragment(request):
        return render(request, "tickets/list/page.html", context)
    response = render(request, "tickets/list/found.html", context)
    if request.GET and request.headers.get("HX-Trigger") != "found":
        response.headers["HX-Push-Url"] = f"{request.path}?{context['back']}"
    return response
