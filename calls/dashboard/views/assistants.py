"""Who answers our calls, is it what the files say, and what was it before?"""

from __future__ import annotations

import json

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from calls.assistants.runs import SYNC_DUE
from calls.dashboard import assistants as reading
from calls.dashboard.pages import page, person
from calls.models import Managed, SyncRun
from supportvoice.wake import wake

MAY_SYNC = "calls.sync_assistants"
NOT_UNDERSTOOD = 422


@page("calls.view_managed")
def assistants(request: HttpRequest) -> HttpResponse:
    context = {
        "files": reading.files(),
        "findings": reading.lint(),
        "managed": reading.managed(),
        "runs": reading.runs(),
    }
    return render(request, "calls/assistants/page.html", context)


@page("calls.view_managed")
def assistants_plan(request: HttpRequest) -> HttpResponse:
    return render(request, "calls/assistants/plan.html", {"planned": reading.planned()})


@page("calls.view_managed")
def assistant_runs(request: HttpRequest) -> HttpResponse:
    runs = list(reading.runs())
    response = render(request, "calls/assistants/runs.html", {"runs": runs})
    if not any(run.is_open for run in runs):
        response["HX-Trigger"] = "synced"
    return response


@page(MAY_SYNC, method="POST")
def start_run(request: HttpRequest) -> HttpResponse:
    """act, and for one resource its name; force, where what was changed at Vapi is to go; version, to roll back to."""
    act, name, version = (request.POST.get(key, "").replace("\0", "") for key in ("act", "name", "version"))
    known = act in SyncRun.Act and len(name) <= SyncRun._meta.get_field("name").max_length  # type: ignore[operator]
    is_whole = act != SyncRun.Act.ROLL_BACK or (name and version.isascii() and version.isdecimal() and len(version) < 9)
    if not known or not is_whole:
        context = {"runs": reading.runs(), "said": "Nothing was started: that is no act we know.", "refused": True}
        return render(request, "calls/assistants/runs.html", context, status=NOT_UNDERSTOOD)
    to = int(version) if act == SyncRun.Act.ROLL_BACK else None
    force = request.POST.get("force") == "yes"
    SyncRun.objects.create(act=act, name=name, force=force, version=to, by=person(request))
    transaction.on_commit(lambda: wake(SYNC_DUE))
    return render(request, "calls/assistants/runs.html", {"runs": reading.runs()})


@page("calls.view_managed")
def assistant(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    row = get_object_or_404(Managed, kind=kind, key=key.replace("\0", ""))
    context = {
        "row": row,
        "versions": reading.versions(row),
        "tuning": reading.tuning(row),
        "runs": reading.runs(),
        "document": json.dumps(row.remote, indent=2, ensure_ascii=False),
    }
    return render(request, "calls/assistants/one.html", context)
