"""Whose is it, and how long do they have?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from calls.dashboard.escalated import SHOWN, colleagues, counts, escalations, queue, resolved
from calls.dashboard.one_call import one_call
from calls.dashboard.pages import page
from calls.dashboard.views.live import is_fragment
from calls.models import Escalation


@page("calls.view_escalation")
def escalation_list(request: HttpRequest) -> HttpResponse:
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else ""
    if shown == "resolved":
        found = resolved(request.GET.get("before", ""), request.GET.get("after", ""))
    else:
        found = queue(request.user.pk, shown)
    counted = counts(request.user.pk)
    context = {
        "queue": found,
        "shown": shown,
        "views": [(name, words, counted.get(name or "all", 0)) for name, words in SHOWN.items()],
        "page": found.page,
        "filters": f"show={shown}",
    }
    template = "calls/escalations/queue.html" if is_fragment(request) else "calls/escalations/page.html"
    return render(request, template, context)


@page("calls.view_escalation")
def escalation(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(escalations(), pk=pk)
    template = "calls/escalations/one.html" if is_fragment(request) else "calls/escalations/one_page.html"
    return render(request, template, one_escalation(found))


@page("calls.view_escalation")
def waiting(request: HttpRequest) -> HttpResponse:
    return render(request, "components/waiting.html")


def one_escalation(found: Escalation) -> dict[str, object]:
    one = one_call(found.call) if found.call else None
    return {"escalation": found, "call": found.call, "one": one, "colleagues": colleagues()}
