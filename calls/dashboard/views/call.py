"""What happened, and whose fault was it?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from calls.dashboard.around import other_calls, tickets
from calls.dashboard.filters import CallFilter
from calls.dashboard.measures import measures
from calls.dashboard.one_call import one_call
from calls.dashboard.pages import page
from calls.dashboard.views.live import is_fragment
from calls.models import Call, Event


@page()
def call(request: HttpRequest, vapi_id: str) -> HttpResponse:
    found = get_object_or_404(Call.objects.select_related("assistant", "customer"), vapi_id=vapi_id.replace("\0", ""))
    one = one_call(found)
    events = Event.objects.filter(call_id=found.vapi_id).count()
    context = {
        "one": one,
        "call": found,
        "measures": measures(found, one.report, one.interruptions, one.tools, events),
        "other_calls": other_calls(found),
        "tickets": tickets(found),
        **_back(request.GET.get("back", "")),
    }
    return render(request, "calls/call/one.html" if is_fragment(request) else "calls/call/page.html", context)


def _back(query: str) -> dict[str, object]:
    """The list this call was opened from. Taken apart and built anew, so that it can lead nowhere else."""
    came_from = QueryDict(query)
    return {"back": came_from.urlencode(), "back_words": CallFilter(came_from, queryset=Call.objects.none()).in_words}
