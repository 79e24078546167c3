"""Who needs me now, and why?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from calls.dashboard.board import MOST_SHOWN, SHOWN, Board, board
from calls.dashboard.follow_ups import waiting
from calls.dashboard.incidents import dead
from calls.dashboard.one_call import OneCall, one_call
from calls.dashboard.pages import page
from calls.dashboard.tiles import tiles
from calls.models import Call

MOST_EVER_SHOWN = 10 * MOST_SHOWN


@page()
def live(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    shown = board(_shown(request))
    context = {"board": shown, "tiles": tiles(now), "selected": _selected(request, shown), "now": now}
    context["follow_ups"], context["dead"] = waiting(now), dead(now)
    return render(request, "calls/live/desk.html" if is_fragment(request) else "calls/live/page.html", context)


def is_fragment(request: HttpRequest) -> bool:
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def _shown(request: HttpRequest) -> int:
    asked = request.GET.get("show", "")
    return min(int(asked), MOST_EVER_SHOWN) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else SHOWN


def _selected(request: HttpRequest, shown: Board) -> OneCall | None:
    """The call asked for, also when it has ended meanwhile; else the one most in need."""
    asked = request.GET.get("call", "").replace("\0", "")
    call = Call.objects.filter(vapi_id=asked).first() if asked else None
    if call is None and shown.rows:
        call = shown.rows[0].call
    return one_call(call) if call else None
