"""Find that one again."""

from __future__ import annotations

from collections.abc import Container

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
        "filters": kept(request.GET, drop={"before", "after"}),
        "back": kept(request.GET),
    }
    if not is_fragment(request):
        return render(request, "calls/list/page.html", context)
    response = render(request, "calls/list/found.html", context)
    if request.GET and request.headers.get("HX-Trigger") != "found":
        response.headers["HX-Push-Url"] = f"{request.path}?{context['back']}"
    return response


def kept(query: QueryDict, drop: Container[str] = ()) -> str:
    """The query without its empty fields."""
    fields = QueryDict(mutable=True)
    fields.update({name: str(value) for name, value in query.items() if value and name not in drop})
    return fields.urlencode()
