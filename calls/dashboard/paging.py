"""Keyset paging, newest first: a page begins where the last one ended, however many rows came in between."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from supportvoice.union import union_all

PAGE_SIZE = 25
PLACE = re.compile(r"(\d{1,17})-(\d{1,18})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = TypeVar("Row", bound=Model)
Way = Callable[[QuerySet[Row], Sequence[str]], QuerySet[Row]]
"""Of rows and the order they are wanted in, those that one meaning of the words finds: a page of them at least."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    newer: str | None
    older: str | None


def page_of(
    rows: QuerySet[Row], before: str = "", after: str = "", *, by: str = "began_at", ways: Sequence[Way[Row]] = ()
) -> Page[Row]:
    """The rows before or after a place in the list; the newest ones where the place is not understood.

    `ways`: only those of the rows that one of them finds. Each is followed by itself, as far as a page goes: a single
    question with OR uses no index at all.
    """
    if place := _place(after):
        found = _first(rows, ways, _after(by, place), [by, "pk"])
        shown = found[:PAGE_SIZE][::-1]
        return _page(shown, by, is_newer=len(found) > PAGE_SIZE, is_older=True)
    place = _place(before)
    found = _first(rows, ways, _before(by, place) if place else Q(), [f"-{by}", "-pk"])
    return _page(found[:PAGE_SIZE], by, is_newer=place is not None, is_older=len(found) > PAGE_SIZE)


def _first(rows: QuerySet[Row], ways: Sequence[Way[Row]], place: Q, order: list[str]) -> list[Row]:
    """A page of them, and one more."""
    rows = rows.filter(place)
    if ways:
        found = [way(rows, order).order_by(*order).values("pk")[: PAGE_SIZE + 1] for way in ways]
        rows = rows.filter(pk__in=union_all(found))
    return list(rows.order_by(*order)[: PAGE_SIZE + 1])


def _page(rows: list[Row], by: str, *, is_newer: bool, is_older: bool) -> Page[Row]:
    newer = place_of(rows[0], by) if rows and is_newer else None
    older = place_of(rows[-1], by) if rows and is_older else None
    return Page(rows, newer, older)


def place_of(row: Model, by: str) -> str:
    return f"{(getattr(row, by) - EPOCH) // timedelta(microseconds=1)}-{row.pk}"


def _place(text: str) -> tuple[datetime, int] | None:
    if not (match := PLACE.fullmatch(text)):
        return None
    try:
        return EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
    except OverflowError:
        return None


# The first condition alone bounds the index scan; the second only settles rows of the same microsecond.
def _before(by: str, place: tuple[datetime, int]) -> Q:
    at, pk = place
    return Q(**{f"{by}__lte": at}) & (Q(**{f"{by}__lt": at}) | Q(pk__lt=pk))


def _after(by: str, place: tuple[datetime, int]) -> Q:
    at, pk = place
    return Q(**{f"{by}__gte": at}) & (Q(**{f"{by}__gt": at}) | Q(pk__gt=pk))
