"""When people call back: CALLBACK_HOURS on the clock of CALLBACK_TIME_ZONE."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.checks import CheckMessage, Error

from calls.escalations.spoken_time import DAY_M, Minutes, Span, moment

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING_DAYS = range(5)
ITEM = re.compile(r"(\d\d):([0-5]\d)-(\d\d):([0-5]\d)(?: ([a-z]{3})(?:-([a-z]{3}))?)?")
STEP_S = 15 * 60
LONGEST_AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class OpeningHours:
    zone: ZoneInfo
    by_weekday: dict[int, list[Minutes]]

    def windows(self, day: date) -> list[Span]:
        hours = self.by_weekday.get(day.weekday(), [])
        return [Span(moment(day, begins, self.zone), moment(day, ends, self.zone)) for begins, ends in hours]

    def first_open(self, wanted: Iterable[Span], now: datetime) -> datetime | None:
        """The first reading that lies ahead and in the hours; the first such moment in it."""
        opened = (self._open_in(span, now) for span in wanted)
        return next((at for at in opened if at), None)

    def _open_in(self, span: Span, now: datetime) -> datetime | None:
        if not now <= span.ends <= now + LONGEST_AHEAD:
            return None
        if span.begins == span.ends:
            return span.begins if self._is_open(span.begins) else None
        return next((at for at in self.openings(max(span.begins, now)) if at < span.ends), None)

    def _is_open(self, at: datetime) -> bool:
        return any(window.begins <= at < window.ends for window in self.windows(at.astimezone(self.zone).date()))

    def openings(self, after: datetime) -> Iterator[datetime]:
        """The first open moment from then on, and the beginnings of the hours that follow."""
        first, day = round_up(after), after.astimezone(self.zone).date()
        for ahead in range(LONGEST_AHEAD.days):
            for window in self.windows(day + timedelta(days=ahead)):
                if (at := max(first, window.begins)) < window.ends:
                    yield at

    def next_possible(self, wanted: list[Span], now: datetime, most: int = 3) -> list[datetime]:
        """From the likeliest reading on, where that lies ahead and not too far."""
        after = wanted[0].begins
        return list(islice(self.openings(after if now <= after <= now + LONGEST_AHEAD else now), most))

    def in_words(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return f"{local:%A} {local.day} {local:%B} at {local:%H:%M} ({self.zone.key})"


def round_up(at: datetime) -> datetime:
    """To the next quarter of an hour."""
    return datetime.fromtimestamp(-(-at.timestamp() // STEP_S) * STEP_S, UTC)


def opening_hours() -> OpeningHours:
    return OpeningHours(ZoneInfo(settings.CALLBACK_TIME_ZONE), parsed(settings.CALLBACK_HOURS))


@cache
def parsed(text: str) -> dict[int, list[Minutes]]:
    """ "09:00-17:00 Mon-Fri, 10:00-14:00 Sat"; Monday to Friday where no day is named. Raises ValueError."""
    by_weekday: dict[int, list[Minutes]] = {}
    for item in text.lower().replace("\u2013", "-").split(","):
        match = ITEM.fullmatch(item.strip())
        if not match:
            raise ValueError(item.strip())
        begins, ends = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if not begins < ends <= DAY_M:
            raise ValueError(item.strip())
        for weekday in _weekdays(match[5], match[6]):
            by_weekday.setdefault(weekday, []).append((begins, ends))
    return {weekday: sorted(hours) for weekday, hours in by_weekday.items()}


def _weekdays(first: str | None, last: str | None) -> Iterable[int]:
    if first is None:
        return WORKING_DAYS
    begins, ends = DAYS.index(first), DAYS.index(last or first)
    return [weekday % 7 for weekday in range(begins, ends + 1 if ends >= begins else ends + 8)]


def check_hours(**_: Any) -> list[CheckMessage]:
    """Registered as a system check in calls.apps."""
    found: list[CheckMessage] = []
    try:
        ZoneInfo(settings.CALLBACK_TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "It is a name such as Europe/London or UTC."
        found.append(
            Error(f"CALLBACK_TIME_ZONE is no time zone: {settings.CALLBACK_TIME_ZONE!r}.", hint, id="calls.E010")
        )
    try:
        parsed(settings.CALLBACK_HOURS)
    except ValueError as error:
        hint = "It looks like '09:00-17:00 Mon-Fri, 10:00-14:00 Sat'."
        found.append(Error(f"CALLBACK_HOURS was not understood: {error}.", hint, id="calls.E011"))
    return found
