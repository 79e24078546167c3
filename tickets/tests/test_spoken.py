"""Ticket numbers as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.spoken import ticket_number

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@pytest.mark.parametrize(
    "said",
    [
        12345,
        "12345",
        "TK-12345",
        "tk12345",
        "T K dash 12345",
        "ticket number 12345, please",
        "#12345",
        "one two three four five",
        "One, two, three, four, five.",
        "one two three forty five",
        "twelve three forty-five",
        "twelve thirty-four five",
        "1 2 3 4 5",
        "12 345",
        "won to three for five",
        "twelve thousand three hundred forty five",
        "twelve thousand three hundred and forty five",
    ],
)
def test_each_way_to_say_12345(said: str | int) -> None:
    assert ticket_number(said) == 12345


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("one double oh four", 1004),
        ("triple seven", 777),
        ("double 5 1", 551),
        ("one oh five", 105),
        ("twenty", 20),
        ("two thousand", 2000),
        ("it's ninety nine", 99),
    ],
)
def test_how_else_numbers_are_said(said: str, number: int) -> None:
    assert ticket_number(said) == number


@pytest.mark.parametrize(
    "said", ["", "   ", "my parcel", "the one from yesterday", "0", "zero", 0, -5, "thousand apples"]
)
def test_what_is_no_number_is_none(said: str | int) -> None:
    assert ticket_number(said) is None


@given(st.integers(1, 10**12))
def test_any_number_spelled_digit_by_digit_is_understood(number: int) -> None:
    assert ticket_number(" ".join(WORDS[int(digit)] for digit in str(number))) == number


@given(st.text())
def test_no_text_raises(said: str) -> None:
    number = ticket_number(said)
    assert number is None or number > 0
