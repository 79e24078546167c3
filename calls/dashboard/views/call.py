"""What happened, and whose fault was it?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from calls.dashboard.about import LinkForm, OpenForm, about, summary_of
from calls.dashboard.around import open_tickets, other_calls
from calls.dashboard.filters import CallFilter
from calls.dashboard.incidents import from_api
from calls.dashboard.measures import measures
from calls.dashboard.one_call import OneCall, one_call
from calls.dashboard.pages import page
from calls.dashboard.player import is_awaited, player
from calls.dashboard.views.live import is_fragment
from calls.models import Call, Event


@page()
def call(request: HttpRequest, vapi_id: str) -> HttpResponse:
    found = found_call(vapi_id)
    template = "calls/call/one.html" if is_fragment(request) else "calls/call/page.html"
    return render(request, template, whole(request, found))


def found_call(vapi_id: str) -> Call:
    every = Call.objects.select_related("assistant", "customer", "recording")
    return get_object_or_404(every, vapi_id=vapi_id.replace("\0", ""))


def whole(request: HttpRequest, found: Call) -> dict[str, object]:
    """Everything the page shows."""
    one = one_call(found)
    events = Event.objects.filter(call_id=found.vapi_id).count()
    return {
        "one": one,
        **_player(request, one),
        "measures": measures(found, one.report, one.interruptions, one.tools, events),
        "other_calls": other_calls(found),
        "incidents": list(found.incidents.all()),
        "from_api": from_api(found.healings.all()),
        **tickets_of(found, one),
        **_back(request.GET.get("back", "")),
    }


def tickets_of(found: Call, known: OneCall | None = None) -> dict[str, object]:
    """The part of the page about tickets, with its forms as they are offered."""
    one = known or one_call(found)
    shown = about(one)
    return {
        "call": found,
        "about": shown,
        "open_tickets": open_tickets(found, without=[each.ticket.pk for each in shown]),
        "opening": OpenForm(summary=summary_of(one.report)),
        "linking": LinkForm(),
    }


def _player(request: HttpRequest, one: OneCall) -> dict[str, object]:
    if not request.user.has_perm("calls.hear_recordings"):
        return {}
    turns = [entry.it for entry in one.entries if entry.kind == "turn"]
    shown = player(one.call, turns, one.interruptions, one.tools)
    return {"player": shown, "player_awaited": is_awaited(shown, has_report=one.report is not None)}


def _back(query: str) -> dict[str, object]:
    """The list this call was opened from. Taken apart and built anew, so that it can lead nowhere else."""
    if not query:
        return {}
    came_from = QueryDict(query)
    return {"back": came_from.urlencode(), "back_words": CallFilter(came_from, queryset=Call.objects.none()).in_words}
