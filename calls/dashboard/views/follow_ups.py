"""Whom did we promise what, and is it done?"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from calls.dashboard import follow_ups as waiting
from calls.dashboard.follow_ups import SHOWN
from calls.dashboard.pages import page, person
from calls.dashboard.views.live import is_fragment
from calls.escalations.settle import SettledError, SettlingError, settle
from calls.models import Callback
from tickets.decisions import DecidedError, DecisionError, decide
from tickets.models import ServiceRequest

logger = logging.getLogger(__name__)

TOO_LATE, NOT_DONE = 409, 422
# act → the state it leads to, and what is said of it
SETTLES = {
    "done": (Callback.State.DONE, "The callback is done."),
    "cancel": (Callback.State.CANCELLED, "The callback is cancelled."),
}
DECIDES = {
    "approve": (ServiceRequest.State.DONE, "Written on the ticket as done."),
    "decline": (ServiceRequest.State.DECLINED, "Declined, and the reason is written on the ticket."),
}


@page("calls.view_callback")
def follow_ups(request: HttpRequest) -> HttpResponse:
    return _shown(request)


@page("calls.change_callback", method="POST")
def settle_callback(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    state, said = SETTLES[act]
    get_object_or_404(Callback, pk=pk)
    return _acted(request, lambda by, note: settle(pk, state, by=by, note=note), said)


@page("tickets.change_servicerequest", method="POST")
def decide_request(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    state, said = DECIDES[act]
    get_object_or_404(ServiceRequest, pk=pk)
    return _acted(request, lambda by, note: decide(pk, state, by=by, note=note), said)


@page("calls.see_numbers", method="POST")
def callback_number(request: HttpRequest, pk: int) -> HttpResponse:
    callback = get_object_or_404(Callback, pk=pk)
    logger.info("number of callback %s shown to user %s (%s)", pk, request.user.pk, request.user.get_username())
    return render(request, "calls/follow_ups/dial.html", {"callback": callback})


def _acted(request: HttpRequest, act: Callable[[User, str], object], said: str) -> HttpResponse:
    note = request.POST.get("note", "").replace("\0", "")
    try:
        act(person(request), note)
    except (SettledError, DecidedError) as error:
        ticket = error.request.ticket_id if isinstance(error, DecidedError) else None
        too_late = f"Too late, nothing was changed. {error}"
        return _shown(request, TOO_LATE, said=too_late, unsaved=note, unsaved_ticket=ticket)
    except (SettlingError, DecisionError) as error:
        return _shown(request, NOT_DONE, said=f"Nothing was changed. {error}")
    return _shown(request, said=said)


def _shown(request: HttpRequest, status: int = 200, **told: object) -> HttpResponse:
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else ""
    counted = waiting.counts()
    context = {
        "rows": waiting.follow_ups(shown),
        "shown": shown,
        "views": [(name, words, counted[name]) for name, words in SHOWN.items()],
        "more": max(counted[shown] - waiting.MOST_SHOWN, 0),
        "now": timezone.now(),
        "refused": status != 200,
        **told,
    }
    template = "calls/follow_ups/desk.html" if is_fragment(request) else "calls/follow_ups/page.html"
    return render(request, template, context, status=status)
