"""What the CRM was to be told, and has it been?"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from calls.dashboard import writes
from calls.dashboard.pages import page, person
from calls.dashboard.views.live import is_fragment
from tickets.models import Operation
from tickets.operations.person import AlreadyDecidedError, retry, settle

TOO_LATE, NOT_DONE = 409, 422
NO_NOTE = "Nothing was changed. Say what you found or did: whoever looks at the ticket next must know."

# act → what it does, and what is said of it
ACTS: dict[str, tuple[Callable[[int, User, str], object], str]] = {
    "settle": (settle, "Settled."),
    "retry": (retry, "It is tried again now."),
}


@page("tickets.view_operation")
def crm(request: HttpRequest) -> HttpResponse:
    return _shown(request)


@page("tickets.change_operation", method="POST")
def decide_write(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    operation = get_object_or_404(Operation, pk=pk)
    decide, said = ACTS[act]
    note = request.POST.get("note", "").replace("\0", "").strip()
    if act == "settle" and not note:
        return _shown(request, NOT_DONE, said=NO_NOTE)
    try:
        decide(pk, person(request), note)
    except AlreadyDecidedError as error:
        too_late = f"Too late, nothing was changed. It is: {error}."
        return _shown(request, TOO_LATE, said=too_late, unsaved=note, unsaved_ticket=operation.ticket_id)
    return _shown(request, said=said)


def _shown(request: HttpRequest, status: int = 200, **told: object) -> HttpResponse:
    shown = request.GET.get("show", "")
    shown = shown if shown in writes.SHOWN else ""
    counted = writes.counts()
    context = {
        "rows": writes.writes(shown),
        "standing": writes.standing(),
        "shown": shown,
        "views": [(name, words, counted[name]) for name, words in writes.SHOWN.items()],
        "more": max(counted[shown] - writes.MOST_SHOWN, 0),
        "refused": status != 200,
        **told,
    }
    template = "tickets/crm/desk.html" if is_fragment(request) else "tickets/crm/page.html"
    return render(request, template, context, status=status)
