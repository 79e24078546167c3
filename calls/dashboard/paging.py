"""Keyset paging, newest first: a page begins where the last one ended, however many calls came in between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from calls.models import Call

PAGE_SIZE = 25
PLACE = re.compile(r"(\d{1,17})-(\d{1,18})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    calls: list[Call]
    newer: str | None
    older: str | None


def page_of(calls: QuerySet[Call], before: str = "", after: str = "") -> Page:
    """The calls before or after a place in the list; the newest ones where the place is not understood."""
    if place := _place(after):
        rows = list(calls.filter(_after(place)).order_by("began_at", "pk")[: PAGE_SIZE + 1])
        shown = rows[:PAGE_SIZE][::-1]
        return _page(shown, is_newer=len(rows) > PAGE_SIZE, is_older=True)
    place = _place(before)
    rows = list((calls.filter(_before(place)) if place else calls).order_by("-began_at", "-pk")[: PAGE_SIZE + 1])
    return _page(rows[:PAGE_SIZE], is_newer=place is not None, is_older=len(rows) > PAGE_SIZE)


def _page(calls: list[Call], *, is_newer: bool, is_older: bool) -> Page:
    newer = place_of(calls[0]) if calls and is_newer else None
    older = place_of(calls[-1]) if calls and is_older else None
    return Page(calls, newer, older)


def place_of(call: Call) -> str:
    return f"{(call.began_at - EPOCH) // timedelta(microseconds=1)}-{call.pk}"


def _place(text: str) -> tuple[datetime, int] | None:
    if not (match := PLACE.fullmatch(text)):
        return None
    try:
        return EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
    except OverflowError:
        return None


# The first condition alone bounds the index scan; the second only settles calls of the same microsecond.
def _before(place: tuple[datetime, int]) -> Q:
    at, pk = place
    return Q(began_at__lte=at) & (Q(began_at__lt=at) | Q(pk__lt=pk))


def _after(place: tuple[datetime, int]) -> Q:
    at, pk = place
    return Q(began_at__gte=at) & (Q(began_at__gt=at) | Q(pk__gt=pk))
