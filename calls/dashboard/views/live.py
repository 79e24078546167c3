"""Who needs me now, and why?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from calls.dashboard.board import MOST_SHOWN, SHOWN, Board, board
from calls.dashboard.follow_ups import Waiting, waiting
from calls.dashboard.incidents import Dead, dead
from calls.dashboard.one_call import OneCall, one_call
from calls.dashboard.pages import page
from calls.dashboard.shared import Shared
from calls.dashboard.tiles import Tiles, tiles
from calls.models import Call
from supportvoice.refreshes import HEARD

MOST_EVER_SHOWN = 10 * MOST_SHOWN


@dataclass(frozen=True)
class Desk:
    """What everybody who looks at the same part of it sees."""

    board: Board
    tiles: Tiles
    selected: OneCall | None
    follow_ups: Waiting
    dead: Dead
    now: datetime


@page()
def live(request: HttpRequest) -> HttpResponse:
    shared = _shared(_shown(request), request.GET.get("call", "").replace("\0", ""))
    desk = shared.get(_heard_ms(request))
    return render(request, "calls/live/desk.html" if is_fragment(request) else "calls/live/page.html", vars(desk))


@lru_cache(maxsize=8)
def _shared(shown: int, asked: str) -> Shared[Desk]:
    return Shared(partial(_look, shown, asked))


def _look(shown: int, asked: str) -> Desk:
    now, seen = timezone.now(), board(shown)
    return Desk(seen, tiles(now), _selected(asked, seen), waiting(now), dead(now), now)


def is_fragment(request: HttpRequest) -> bool:
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def _shown(request: HttpRequest) -> int:
    asked = request.GET.get("show", "")
    return min(int(asked), MOST_EVER_SHOWN) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else SHOWN


def _heard_ms(request: HttpRequest) -> int | None:
    """When the signal was given that made the page ask again; None where something else did."""
    said = request.headers.get(HEARD, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else None


def _selected(asked: str, shown: Board) -> OneCall | None:
    """The call asked for, also when it has ended meanwhile; else the one most in need."""
    call = Call.objects.filter(vapi_id=asked).first() if asked else None
    if call is None and shown.rows:
        call = shown.rows[0].call
    return one_call(call) if call else None
