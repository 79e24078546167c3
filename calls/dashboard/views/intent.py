"""Did the caller mean it? What was judged, and a manager's word on whether that was right."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from calls.dashboard import intent as judged
from calls.dashboard.pages import page, person
from calls.dashboard.views.live import is_fragment
from calls.models import Judgement

MARKS = (Judgement.Mark.RIGHT, Judgement.Mark.WRONG)


@page("calls.view_judgement")
def intent(request: HttpRequest) -> HttpResponse:
    shown = request.GET.get("show", "")
    shown = shown if shown in judged.SHOWN else ""
    counted = judged.counts()
    context = {
        "figures": judged.figures(timezone.now()),
        "rows": judged.judgements(shown),
        "shown": shown,
        "views": [(name, words, counted[name]) for name, words in judged.SHOWN.items()],
        "more": max(counted[shown] - judged.MOST_SHOWN, 0),
        "days": judged.WINDOW.days,
    }
    return render(request, "calls/intent/desk.html" if is_fragment(request) else "calls/intent/page.html", context)


@page("calls.change_judgement", method="POST")
def mark_judgement(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """The last word counts; saying the same again changes nothing."""
    judgement = get_object_or_404(Judgement.objects.select_related("tool_call__call", "marked_by"), pk=pk)
    if judgement.mark != mark:
        judgement.mark, judgement.marked_at, judgement.marked_by = mark, timezone.now(), person(request)
        judgement.save(update_fields=["mark", "marked_at", "marked_by"])
    if is_fragment(request):
        return render(request, "calls/intent/judgement.html", {"judgement": judgement})
    call = judgement.tool_call.call
    return HttpResponse(
        status=303, headers={"Location": reverse("call", args=[call.vapi_id]) if call else reverse("intent")}
    )
