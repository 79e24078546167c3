"""Find that one again."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from calls.dashboard.filters import CallFilter
from calls.dashboard.pages import page
from calls.dashboard.paging import page_of
from calls.dashboard.views.live import is_fragment
from calls.models import Call, Escalation


@page()
def calls(request: HttpRequest) -> HttpResponse:
    escalated = Escalation.objects.filter(call=OuterRef("pk")).order_by("state").values("state")[:1]
    every = Call.objects.select_related("assistant", "customer").annotate(person_needed=Subquery(escalated))
    narrowed = CallFilter(request.GET, queryset=every, request=request)
    found = page_of(narrowed.found, request.GET.get("before", ""), request.GET.get("after", ""))
    context = {
        "filter": narrowed,
        "page": found,
        "filters": _filters(request.GET),
        "back": request.GET.urlencode(),
    }
    return render(request, "calls/list/found.html" if is_fragment(request) else "calls/list/page.html", context)


def _filters(query: QueryDict) -> str:
    """The query without its place in the list and without empty fields, to be kept when paging."""
    kept = QueryDict(mutable=True)
    kept.update({name: str(value) for name, value in query.items() if value and name not in ("before", "after")})
    return kept.urlencode()
