"""Find that one again."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse

from calls.dashboard.filters import CallFilter
from calls.dashboard.pages import page
from calls.dashboard.paging import page_of
from calls.dashboard.views.lists import listed
from calls.models import Call, Escalation


@page()
def calls(request: HttpRequest) -> HttpResponse:
    escalated = Escalation.objects.filter(call=OuterRef("pk")).order_by("state").values("state")[:1]
    every = Call.objects.select_related("assistant", "customer").annotate(person_needed=Subquery(escalated))
    narrowed = CallFilter(request.GET, queryset=every, request=request)
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    found = page_of(narrowed.found, before, after, ways=narrowed.ways)
    return listed(request, "calls/list", {"filter": narrowed, "page": found})
