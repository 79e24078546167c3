"""What the list of events can be narrowed by, and its pages. An id begins with its time, so days are ranges of ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from calls.dashboard.desk_filter import DeskFilter, Option, day, midnight, options, search_box
from calls.dashboard.paging import PAGE_SIZE
from calls.intake.event_key import first_id_at, time_of
from calls.intake.message_types import IDENTITY_FIELDS, WANTS_REPLY
from calls.models import Event, Pending

LOOK_BACK = timedelta(days=1)
MOST_LOOKED_THROUGH = 50_000  # while somebody waits
TYPES = sorted({*IDENTITY_FIELDS, *WANTS_REPLY, "assistant.started", "transfer-update", "phone-call-control"})


def _pending(**lookups: Any) -> Q:
    return Q(pk__in=Pending.objects.filter(**lookups).values("event_id"))


WAITING: dict[str, Option] = {
    "yes": ("Not projected yet", _pending()),
    "failed": ("Failed to be projected", _pending(attempts__gt=0)),
}


class EventFilter(DeskFilter):
    q = search_box("Vapi's call id", label="Call", method="of_call")
    type = filters.ChoiceFilter(label="Type", empty_label="Any type", choices=[(one, one) for one in TYPES])
    waiting = options("Projection", "Projected or not", WAITING)
    since = day("From", "from_day")
    until = day("To", "to_day")

    def of_call(self, events: QuerySet[Event], _: str, call_id: str) -> QuerySet[Event]:
        return events.filter(call_id=call_id.strip())

    def from_day(self, events: QuerySet[Event], _: str, first: date) -> QuerySet[Event]:
        return events.filter(pk__gte=first_of(midnight(first)))

    def to_day(self, events: QuerySet[Event], _: str, last: date) -> QuerySet[Event]:
        return events.filter(pk__lt=first_after(last))

    @cached_property
    def looks_back_to(self) -> datetime | None:
        """A type alone has no index: without another bound a rare one would be sought through every day there is.

        From the place in the list or the last day that is asked for, else from now. What Vapi gave no time has an id of
        its day's beginning, and is found by a day.
        """
        given = self.form.data
        if not given.get("type") or any(given.get(name) for name in ("q", "waiting", "since")):
            return None
        last = self.form.cleaned_data.get("until") if self.form.is_valid() else None
        bounds = [first_of(timezone.now()), last and first_after(last), _place(given.get("before", ""))]
        until = min(filter(None, bounds))
        day_before = time_of(until) - LOOK_BACK
        events = Event.objects.filter(pk__lt=until).order_by("-pk").values_list("pk", flat=True)
        oldest = events[MOST_LOOKED_THROUGH:].first()
        return max(day_before, time_of(oldest)) if oldest else day_before

    @property
    def found(self) -> QuerySet[Event]:
        events: QuerySet[Event] = super().found
        return events.filter(pk__gte=first_of(self.looks_back_to)) if self.looks_back_to else events


@dataclass(frozen=True)
class EventPage:
    rows: list[Event]
    newer: str | None
    older: str | None


def page_of_events(events: QuerySet[Event], before: str, after: str) -> EventPage:
    """The newest ones where the place is not understood."""
    if place := _place(after):
        found = list(events.filter(pk__gt=place).order_by("pk")[: PAGE_SIZE + 1])
        shown, is_newer, is_older = found[:PAGE_SIZE][::-1], len(found) > PAGE_SIZE, True
    else:
        place = _place(before)
        found = list((events.filter(pk__lt=place) if place else events).order_by("-pk")[: PAGE_SIZE + 1])
        shown, is_newer, is_older = found[:PAGE_SIZE], place is not None, len(found) > PAGE_SIZE
    newer = str(shown[0].pk) if shown and is_newer else None
    return EventPage(shown, newer, str(shown[-1].pk) if shown and is_older else None)


def first_of(at: datetime) -> UUID:
    return first_id_at(max(int(at.timestamp() * 1000), 0))


def first_after(last: date) -> UUID:
    """Of the day that follows, where the viewer is."""
    return first_of(midnight(last + timedelta(days=1)))


def _place(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
