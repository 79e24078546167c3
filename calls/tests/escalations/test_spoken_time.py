"""When to call back, as people say it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from calls.escalations.opening_hours import OpeningHours, check_hours, parsed
from calls.escalations.spoken_time import readings

LONDON = ZoneInfo("Europe/London")
HOURS = OpeningHours(LONDON, parsed("09:00-17:00 Mon-Fri"))
WEDNESDAY = datetime(2026, 11, 25, 10, 7, tzinfo=UTC)

MEANT = {
    "tomorrow at three": "Thu 26 15:00",
    "Tomorrow, at three o'clock please.": "Thu 26 15:00",
    "tomorrow at nine": "Thu 26 09:00",
    "tomorrow at 3:30pm": "Thu 26 15:30",
    "half past two tomorrow": "Thu 26 14:30",
    "quarter to ten on Friday": "Fri 27 09:45",
    "a quarter to one": "Wed 25 12:45",
    "tomorrow at 09:00 a.m.": "Thu 26 09:00",
    "tomorrow at two thirty-five": "Thu 26 14:35",
    "at three": "Wed 25 15:00",
    "at ten": "Thu 26 10:00",
    "12": "Wed 25 12:00",
    "ten in the morning": "Thu 26 10:00",
    "this afternoon": "Wed 25 12:00",
    "tomorrow morning": "Thu 26 09:00",
    "Monday morning": "Mon 30 09:00",
    "next Monday": "Mon 30 09:00",
    "Wednesday at noon": "Wed 02 12:00",
    "Friday next week": "Fri 04 09:00",
    "the day after tomorrow": "Fri 27 09:00",
    "in two hours": "Wed 25 12:07",
    "an hour and a half from now": "Wed 25 11:37",
    "in half an hour": "Wed 25 10:37",
    "in a week at four": "Wed 02 16:00",
    "as soon as possible": "Wed 25 10:15",
    "later today": "Wed 25 10:15",
    "the twenty-seventh of November at four p.m.": "Fri 27 16:00",
    "December 1st": "Tue 01 09:00",
    "Monday the 30th": "Mon 30 09:00",
    "2026-11-26T15:00:00+00:00": "Thu 26 15:00",
    "2026-11-26T15:00": "Thu 26 15:00",
    "2026-11-26": "Thu 26 09:00",
}
NOT_MEANT = """
|soon or later|after lunch|between 2 and 4|2 to 4|at 3 or 4|tomorrow or Friday|next week|midnight|yesterday|at 25
at 3:75|november 31|9 am in the afternoon at 9|not tomorrow|before five|2026-13-01|2026-11-26T25:00
9999-12-31T23:59-14:00|15:00 am|in 999 weeks or so|in 2 hours at three|Monday Tuesday
"""


@pytest.mark.parametrize("said", MEANT)
def test_a_time_is_understood_as_it_was_said(said: str) -> None:
    due = HOURS.first_open(readings(said, WEDNESDAY, LONDON), WEDNESDAY)
    assert due and due.astimezone(LONDON).strftime("%a %d %H:%M") == MEANT[said]


@pytest.mark.parametrize("said", NOT_MEANT.replace("\n", "|").split("|"))
def test_what_is_not_wholly_understood_is_not_guessed(said: str) -> None:
    assert readings(said, WEDNESDAY, LONDON) == []


@pytest.mark.parametrize("said", ["one " * 5_000, "9" * 5_000, "\u00b2", "today " * 16, "in 999 weeks", "\0"])
def test_nonsense_of_any_length_is_answered_calmly(said: str) -> None:
    assert HOURS.first_open(readings(said, WEDNESDAY, LONDON), WEDNESDAY) is None


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("tomorrow at 20:00", "Fri 27 09:00"),
        ("tomorrow at 17:00", "Fri 27 09:00"),
        ("Saturday", "Mon 30 09:00"),
        ("today at 9 am", "Wed 25 10:15"),
        ("tonight", "Thu 26 09:00"),
        ("in ten hours", "Thu 26 09:00"),
        ("in 200 days", "Wed 25 10:15"),
    ],
)
def test_an_impossible_time_leads_to_the_next_possible_ones(said: str, first: str) -> None:
    wanted = readings(said, WEDNESDAY, LONDON)
    assert HOURS.first_open(wanted, WEDNESDAY) is None
    possible = HOURS.next_possible(wanted, WEDNESDAY)
    assert possible[0].astimezone(LONDON).strftime("%a %d %H:%M") == first
    assert [HOURS.first_open(readings(at.isoformat(), WEDNESDAY, LONDON), WEDNESDAY) for at in possible] == possible


def test_the_wall_clock_counts_across_a_change_of_clocks() -> None:
    friday = datetime(2026, 10, 23, 15, 0, tzinfo=UTC)
    due = HOURS.first_open(readings("Monday at ten", friday, LONDON), friday)
    assert due == datetime(2026, 10, 26, 10, 0, tzinfo=UTC)
    assert HOURS.first_open(readings("tomorrow at ten", friday.replace(day=21), LONDON), friday.replace(day=21)) == (
        datetime(2026, 10, 22, 9, 0, tzinfo=UTC)
    )


def test_hours_are_read_with_and_without_days() -> None:
    assert parsed("09:00-17:00") == {day: [(540, 1020)] for day in range(5)}
    assert parsed("13:00-24:00 Fri-Sun, 08:00-12:00 Sun") == {
        4: [(780, 1440)],
        5: [(780, 1440)],
        6: [(480, 720), (780, 1440)],
    }
    assert parsed("09:00-10:00 Sat\u2013Mon") == {day: [(540, 600)] for day in (5, 6, 0)}


@pytest.mark.parametrize("hours", ["", "nine to five", "17:00-09:00", "09:00-25:00", "09:00-17:00 Foo", "09:00-17:00,"])
def test_hours_that_are_none_are_a_failed_check(settings: object, hours: str) -> None:
    settings.CALLBACK_HOURS, settings.CALLBACK_TIME_ZONE = hours, "Nowhere/Land"  # type: ignore[attr-defined]
    assert [error.id for error in check_hours()] == ["calls.E010", "calls.E011"]
