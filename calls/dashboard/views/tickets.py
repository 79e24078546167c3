"""Find that ticket again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from calls.dashboard.pages import page
from calls.dashboard.paging import page_of
from calls.dashboard.ticket_filters import TicketFilter
from calls.dashboard.views.lists import listed
from tickets.models import Ticket


@page("tickets.view_ticket")
def tickets(request: HttpRequest) -> HttpResponse:
    every = Ticket.objects.select_related("customer", "assigned_agent")
    narrowed = TicketFilter(request.GET, queryset=every, request=request)
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    found = page_of(narrowed.found, before, after, by="updated_at", ways=narrowed.ways)
    return listed(request, "tickets/list", {"filter": narrowed, "page": found})
