"""What did Vapi send, and was it understood? For staff."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from calls.dashboard.event_filters import EventFilter, page_of_events
from calls.dashboard.pages import page
from calls.dashboard.stored_event import pretty
from calls.dashboard.views.lists import listed
from calls.models import Call, Event, Pending
from calls.projection.run import project_call

logger = logging.getLogger(__name__)


@page("calls.view_event", staff_only=True)
def events(request: HttpRequest) -> HttpResponse:
    narrowed = EventFilter(request.GET, queryset=Event.objects.defer("body"), request=request)
    found = page_of_events(narrowed.found, request.GET.get("before", ""), request.GET.get("after", ""))
    waiting = Pending.objects.in_bulk([event.pk for event in found.rows])
    rows = [(event, waiting.get(event.pk)) for event in found.rows]
    return listed(request, "calls/events", {"filter": narrowed, "page": found, "rows": rows})


@page("calls.view_event", staff_only=True)
def event(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _shown(request, pk)


@page("calls.change_pending", method="POST", staff_only=True)
def retry_event(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Here and now: whoever presses the button wants to see what happens."""
    waiting = get_object_or_404(Pending, pk=pk)
    Pending.objects.filter(pk=pk).update(retry_at=Now())
    logger.info("event %s tried again by user %s (%s)", pk, request.user.pk, request.user.get_username())
    project_call(waiting.call_id)
    said = "It failed again." if Pending.objects.filter(pk=pk).exists() else "It is projected now."
    return _shown(request, pk, said=said)


def _shown(request: HttpRequest, pk: UUID, said: str = "") -> HttpResponse:
    found = get_object_or_404(Event, pk=pk)
    waiting = Pending.objects.filter(pk=pk).first()
    context = {
        "event": found,
        "message": pretty(found.body),
        "stored_bytes": len(bytes(found.body)),
        "pending": waiting,
        "has_call": bool(found.call_id) and Call.objects.filter(vapi_id=found.call_id).exists(),
        "said": said,
        "refused": bool(said and waiting),
    }
    return render(request, "calls/events/one_page.html", context)
