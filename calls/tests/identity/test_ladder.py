"""The ladder on plain values, and ten thousand directories by an oracle that shares no line with it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.identity.disclosure import (
    CALLER_NUMBER,
    SECOND_FACTOR,
    STRICTNESS,
    TICKET_AND_NUMBER,
    TICKET_NUMBER,
    Evidence,
    check_policy,
    is_enough,
    step_in_force,
    step_reached,
)
from tickets.crm.spellings import tail
from tickets.phone import e164


@pytest.mark.parametrize(
    ("evidence", "reached"),
    [
        (Evidence(), None),
        (Evidence(has_named=True), TICKET_NUMBER),
        (Evidence(has_customers_number=True), CALLER_NUMBER),
        (Evidence(has_customers_number=True, has_named=True), TICKET_AND_NUMBER),
        (Evidence(has_customers_number=True, has_named=True, others_with_number=1), TICKET_NUMBER),
        (Evidence(has_customers_number=True, others_with_number=1), None),
        (Evidence(has_proved=True), SECOND_FACTOR),
        (Evidence(has_proved=True, others_with_number=5), SECOND_FACTOR),
    ],
)
def test_what_is_reached_by_which_evidence(evidence: Evidence, reached: str | None) -> None:
    assert step_reached(evidence) == reached
    for step in STRICTNESS:
        assert is_enough(evidence, step) is (
            reached is not None and STRICTNESS.index(step) <= STRICTNESS.index(reached)
        )


def test_the_policy_names_the_step_and_an_unknown_one_is_the_strictest(settings: Any) -> None:
    settings.DISCLOSURE_POLICY = {"*": "ticket-number", "getTicket": "second-factor", "x": "nonsense"}
    assert step_in_force("getTicketStatus") == TICKET_NUMBER
    assert step_in_force("getTicketStatus", CALLER_NUMBER) == CALLER_NUMBER
    assert step_in_force("getTicket") == SECOND_FACTOR
    assert step_in_force("x") == SECOND_FACTOR
    assert [message.id for message in check_policy()] == ["calls.E001"]
    settings.DISCLOSURE_POLICY = {}
    assert step_in_force("getTicket") == CALLER_NUMBER


@dataclass
class Person:
    """Who somebody is; `written` is how their number stands in the directory."""

    pk: int
    number: str
    written: str


COUNTRIES = ("+44", "+49", "+33", "+1")


def directory(rng: random.Random) -> list[Person]:
    """Households with one number, numbers without a country, the same digits in two countries, doubles, none at all."""
    people: list[Person] = []
    for pk in range(1, rng.randint(2, 7)):
        local = rng.choice(people).number[-9:] if people and rng.random() < 0.35 else f"7{rng.randrange(10**8):08}"
        number = rng.choice(people).number if people and rng.random() < 0.25 else f"{rng.choice(COUNTRIES)}{local}"
        written = {0: number, 1: f"0{number[-9:]}", 2: "", 3: number}[rng.randrange(4)]
        people.append(Person(pk, number, written))
    return people


def held(person: Person) -> tuple[str, str]:
    """(phone, phone_tail) as the working copy keeps them."""
    whole = e164(person.written) if person.written else ""
    return (whole, "") if whole else ("", tail(person.written))


def evidence_in(people: list[Person], calling: str, about: Person, proved: set[int]) -> Evidence:
    """As the queries find it."""
    whose = [one for one in people if calling and (held(one)[0] == calling or held(one)[1] == tail(calling))]
    return Evidence(
        has_customers_number=bool(calling) and held(about)[0] == calling,
        others_with_number=sum(one.pk != about.pk for one in whose),
        has_proved=about.pk in proved,
        has_named=True,
    )


def may_be_calling(people: list[Person], calling: str) -> set[int]:
    """The oracle: everybody who, for all that the directory says, may have that number."""
    found = set()
    for person in people:
        digits = "".join(character for character in person.written if character.isdigit())
        same_whole = person.written.startswith("+") and digits == calling.strip("+")
        same_end = bool(digits) and not person.written.startswith("+") and calling.endswith(digits[1:])
        if calling and (same_whole or same_end):
            found.add(person.pk)
    return found


def test_ten_thousand_directories_and_nothing_told_to_the_wrong_person() -> None:
    heard: Counter[bool] = Counter()

    @settings(max_examples=10_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(rng=st.randoms(use_true_random=False))
    def in_any_directory(rng: random.Random) -> None:
        people = directory(rng)
        caller, about = rng.choice(people), rng.choice(people)
        calling = rng.choice([caller.number, caller.number, "", f"{rng.choice(COUNTRIES)}{caller.number[-9:]}"])
        proved = {caller.pk} if rng.random() < 0.2 else set()
        hears = is_enough(evidence_in(people, calling, about, proved), CALLER_NUMBER)
        if about.pk in proved:
            assert hears
        elif hears:
            assert may_be_calling(people, calling) == {about.pk}, (people, calling, about)
        heard[hears] += 1

    in_any_directory()
    assert min(heard[True], heard[False]) > 1_000  # neither is proved by telling nobody anything, nor by telling all
