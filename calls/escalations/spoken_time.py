"""When somebody wants to be called, as people say it ("tomorrow at three", "in two hours", "Monday morning") or in ISO.

Every word counts: what holds a word that is not known here is not understood, and the caller is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calls.escalations.time_words import FILLERS, MONTHS, PATTERNS, WEEKDAYS, written

Parts = dict[str, str]
Minutes = tuple[int, int]

DAY_M = 24 * 60
HALF_DAY_M = DAY_M // 2
HALVES = {"morning": "am", "afternoon": "pm", "evening": "pm"}
PARTS_OF_DAY = {"morning": (6 * 60, 12 * 60), "afternoon": (12 * 60, 18 * 60), "evening": (18 * 60, 22 * 60)}
PAST_THE_HOUR_M = {"half past": 30, "quarter past": 15, "quarter to": -15}
SOON = timedelta(days=14)
LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last moment that may be meant, in UTC; the same for an exact time."""

    begins: datetime
    ends: datetime


def readings(said: str, now: datetime, zone: ZoneInfo) -> list[Span]:
    """What may be meant, the likeliest first: "at three" is in the afternoon or at night. Empty: not understood."""
    try:
        if re.match(r"\s*\d{4}-", said):
            return [_iso(said.strip(), zone)]
        parts = _parts(written(said[: LONGEST_TEXT + 1])) if len(said) <= LONGEST_TEXT else None
        return _readings(parts, now, zone) if parts else []
    except (ValueError, OverflowError):
        return []


def _iso(said: str, zone: ZoneInfo) -> Span:
    if len(said) == len("2026-11-24"):
        return _span(date.fromisoformat(said), (0, DAY_M), zone)
    at = datetime.fromisoformat(said)
    at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    return Span(at, at)


def _parts(text: str) -> Parts | None:
    """Each pattern takes its words out of the text; a second time or day, and any word left over, is too much."""
    parts: Parts = {}
    for pattern in PATTERNS:
        if match := pattern.search(text):
            found = {name: value for name, value in match.groupdict().items() if value}
            if set(found) & set(parts):
                return None
            parts |= found
            text = f"{text[: match.start()]} {text[match.end() :]}"
    return None if set(text.split()) - FILLERS else parts


def _readings(parts: Parts, now: datetime, zone: ZoneInfo) -> list[Span]:
    if "soon" in parts:
        return [Span(now, now + SOON)] if len(parts) == 1 else []
    if parts.get("unit") in ("minute", "hour"):
        at = now + timedelta(**{f"{parts['unit']}s": int(parts["count"])})
        return [Span(at, at)] if set(parts) == {"unit", "count"} else []
    times = _times(parts)
    return [_span(day, minutes, zone) for day in _days(parts, now.astimezone(zone).date()) for minutes in times]


def _span(day: date, minutes: Minutes, zone: ZoneInfo) -> Span:
    begins, ends = (moment(day, minute, zone) for minute in minutes)
    return Span(begins, ends)


def moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A minute of the day on the wall clock there, in UTC."""
    days, minute = divmod(minute, DAY_M)
    on_the_wall = time(minute // 60, minute % 60)
    return datetime.combine(day + timedelta(days=days), on_the_wall, tzinfo=zone).astimezone(UTC)


# ---- which day ---------------------------------------------------------------------------------------------------
def _days(parts: Parts, today: date) -> list[date]:
    named = set(DAYS) & set(parts)
    if named == {"day", "weekday"}:
        return [_date(parts, today)]
    if len(named) > 1:
        return []
    return [DAYS[named.pop()](parts, today)] if named else [today, today + timedelta(days=1)]


def _in_days(parts: Parts, today: date) -> date:
    return today + int(parts["count"]) * timedelta(days=7 if parts["unit"] == "week" else 1)


def _weekday(parts: Parts, today: date) -> date:
    """The next such day after today; in the week that begins next Monday where "next week" was said."""
    weekday = WEEKDAYS[parts["weekday"]]
    if "next_week" in parts:
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _date(parts: Parts, today: date) -> date:
    """The next day that is all that was said of it: "the 24th", "Tuesday, November 24th"."""
    if "year" in parts:
        return date(int(parts["year"]), MONTHS[parts["month"]], int(parts["day"]))
    for day in _such_days(parts, today):
        if day >= today and WEEKDAYS.get(parts.get("weekday", ""), day.weekday()) == day.weekday():
            return day
    raise ValueError(parts["day"])


def _such_days(parts: Parts, today: date) -> Iterator[date]:
    """This year's and next year's."""
    months = [MONTHS[parts["month"]]] if "month" in parts else range(1, 13)
    for year in (today.year, today.year + 1):
        for month in months:
            with suppress(ValueError):
                yield date(year, month, int(parts["day"]))


DAYS: dict[str, Callable[[Parts, date], date]] = {
    "unit": _in_days,
    "relative": lambda parts, today: today + timedelta(days=parts["relative"] == "tomorrow"),
    "weekday": _weekday,
    "day": _date,
    "this": lambda _parts, today: today,
}


# ---- which time of the day ---------------------------------------------------------------------------------------
def _times(parts: Parts) -> list[Minutes]:
    if "hour" in parts:
        return [(minute, minute) for minute in _clock(parts)]
    return [PARTS_OF_DAY[parts["part"]] if "part" in parts else (0, DAY_M)]


def _clock(parts: Parts) -> list[int]:
    """Minutes of the day. Without am or pm an hour up to twelve is meant in the part of day that was named, or in
    both halves of the day: one to six rather after noon, seven to twelve rather before or at it."""
    hour, minute = int(parts["hour"]), int(parts.get("minute", 0))
    if hour > 23 or minute > 59:
        raise ValueError(hour, minute)
    minute += PAST_THE_HOUR_M.get(parts.get("past", ""), 0)
    half = parts.get("half") or HALVES.get(parts.get("part", ""))
    if hour > 12 and half == "am":
        raise ValueError(half)
    if hour > 12 or (parts["hour"].startswith("0") and not half):
        return [hour * 60 + minute]
    before_noon = (hour % 12 * 60 + minute) % HALF_DAY_M
    after_noon = before_noon + HALF_DAY_M
    likely = [before_noon, after_noon] if 7 <= hour < 12 else [after_noon, before_noon]
    return {"am": [before_noon], "pm": [after_noon]}.get(half or "", likely)
