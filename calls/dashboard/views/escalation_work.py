"""What a person does with an escalation, wherever they stand: its page, the list, the call, the live board."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from calls import escalations as work
from calls.dashboard.escalated import colleagues, escalations
from calls.dashboard.pages import page, person
from calls.dashboard.views.escalations import one_escalation
from calls.dashboard.views.live import is_fragment
from calls.escalations.errors import person_name
from calls.models import Escalation
from tickets.services import add_comment

# Takes the escalation, who acts and the form; says what was done.
Act = Callable[[int, User, QueryDict], str]
PLACES = ("row", "call", "panel")
TOO_LATE, NOT_DONE = 409, 422


def _claim(pk: int, by: User, form: QueryDict) -> str:
    work.claim(pk, by=by)
    return f"E-{pk} is yours."


def _assign(pk: int, by: User, form: QueryDict) -> str:
    to = colleagues().filter(pk=_number(form.get("to", "")) or 0).first()
    if to is None:
        raise work.EscalationError("Choose who should have it.")
    work.assign(pk, by=by, to=to, seen_with=_number(form.get("seen_with", "")))
    return f"E-{pk} is with {person_name(to)} now."


def _release(pk: int, by: User, form: QueryDict) -> str:
    work.release(pk, by=by)
    return f"E-{pk} waits for somebody again."


def _resolve(pk: int, by: User, form: QueryDict) -> str:
    work.resolve(pk, by=by, resolution=form.get("resolution", "").replace("\0", ""))
    return f"E-{pk} is resolved."


ACTS: dict[str, Act] = {"claim": _claim, "assign": _assign, "release": _release, "resolve": _resolve}


@page("calls.change_escalation", method="POST")
def work_on_escalation(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    get_object_or_404(Escalation, pk=pk)
    said, status = _done(request, pk, ACTS[act])
    found = escalations().get(pk=pk)
    context = {"said": said, "refused": status != 200, "place": request.POST.get("place", "")}
    if context["place"] in PLACES and is_fragment(request):
        return render(request, "calls/escalations/acted.html", {**context, "escalation": found}, status=status)
    kept = request.POST.get("resolution", "") if context["refused"] else ""
    return _page(request, {**context, **one_escalation(found), "resolution": kept}, status)


def _done(request: HttpRequest, pk: int, act: Act) -> tuple[str, int]:
    try:
        return act(pk, person(request), request.POST), 200
    except work.TooLateError as error:
        return f"Too late, nothing was changed. {error}", TOO_LATE
    except work.EscalationError as error:
        return f"Nothing was changed. {error}", NOT_DONE


@page("tickets.add_comment", method="POST")
def keep_note(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody had typed when it was too late to resolve: written on the ticket instead."""
    found = get_object_or_404(escalations(), pk=pk)
    note = request.POST.get("note", "").replace("\0", "").strip()
    if not (note and found.ticket_id):
        said = "Nothing was saved: there is no text, or no ticket to keep it on."
        context = {**one_escalation(found), "said": said, "refused": True, "resolution": note}
        return _page(request, context, NOT_DONE)
    add_comment(found.ticket_id, body=note, by=person(request))
    said = f"Saved as a note on ticket {found.ticket_id}."
    return _page(request, {**one_escalation(found), "said": said, "kept_note": True}, 200)


def _page(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    template = "calls/escalations/one.html" if is_fragment(request) else "calls/escalations/one_page.html"
    return render(request, template, context, status=status)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
