"""Words that are being spoken stand beside those that are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from calls.dashboard.lines import line
from calls.dashboard.measures import percentile, usd
from calls.intake.words import Words
from calls.models import Call, Turn
from calls.templatetags import desk

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TURN = Turn(role="user", text="I already said that,", started_at=AT, ended_at=AT + timedelta(seconds=2))


def spoken(seconds: float, *, role: str = "user", final: bool = False) -> Words:
    return Words(role, "can I please", int((AT.timestamp() + seconds) * 1000), final)


def test_partial_words_of_the_same_speaker_follow_what_is_written() -> None:
    shown = line(TURN, spoken(3))
    assert (shown.speaker, shown.said, shown.partial) == ("Caller", "I already said that,", "can I please")


def test_another_speaker_starts_a_new_line() -> None:
    shown = line(TURN, spoken(3, role="assistant"))
    assert (shown.speaker, shown.said, shown.partial) == ("Agent", "", "can I please")


@pytest.mark.parametrize("words", [None, spoken(1), spoken(3, final=True)])
def test_words_that_are_written_already_are_not_shown_twice(words: Words | None) -> None:
    assert line(TURN, words).partial == ""


def test_a_long_turn_makes_room_for_what_is_being_said() -> None:
    long = Turn(role="user", text="word " * 100, started_at=AT)
    assert len(line(long, spoken(3)).said) < 70
    assert line(long, spoken(3)).said.startswith("… word")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+447700900018", "+44 •••• 0018"),
        ("+14155550132", "+1 •••• 0132"),
        ("02079460000", "•••• 0000"),
        ("12345", "••••"),
        ("", ""),
        ("sip:someone", "••••"),
    ],
)
def test_numbers_are_masked(number: str, shown: str) -> None:
    assert desk.masked(number) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (245, "4:05"), (3905, "1:05:05"), (-3, "0:00"), (None, "")]
)
def test_durations_read_as_clocks(seconds: float | None, shown: str) -> None:
    assert desk.clock(seconds) == shown


def test_who_calls_is_said_as_well_as_it_is_known() -> None:
    assert desk.who(Call(customer_name="Ada")) == "Ada"
    assert desk.who(Call(kind="webCall")) == "Web visitor"
    assert desk.who(Call(kind="inboundPhoneCall")) == "Unknown"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert [percentile([1, 2, 3, 4], 50), percentile([1, 2, 3, 4], 95), percentile([], 50)] == [2, 4, None]


@pytest.mark.parametrize(
    ("value", "cost"), [(0.1, Decimal("0.1")), ("x", None), (True, None), (float("nan"), None), (None, None)]
)
def test_costs_are_read_from_whatever_came(value: object, cost: Decimal | None) -> None:
    assert usd(value) == cost
