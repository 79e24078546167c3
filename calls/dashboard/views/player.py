"""The player, by itself: it is fetched until its waveform is there, and then left alone so that it can play."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from calls.dashboard.pages import page
from calls.dashboard.player import is_awaited
from calls.dashboard.player import player as player_of
from calls.models import Call


@page("calls.hear_recordings")
def player(request: HttpRequest, vapi_id: str) -> HttpResponse:
    calls = Call.objects.select_related("recording", "report")
    call = get_object_or_404(calls, vapi_id=vapi_id.replace("\0", ""))
    shown = player_of(call, list(call.turns.all()), list(call.interruptions.all()), list(call.tool_calls.all()))
    awaited = is_awaited(shown, has_report=hasattr(call, "report"))
    return render(request, "calls/call/player.html", {"call": call, "player": shown, "player_awaited": awaited})
