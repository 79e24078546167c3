"""The caller wants to be called back. Asked on a Saturday at seven. Through the DRF view and through the lane."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError

from calls.models import Call, Callback
from calls.tests.answers.asking import ADA, CALL_ID, IN_PROGRESS, WEB, ask, ask_as, fifty_at_once
from calls.tests.conftest import Post
from tickets.models import Customer, Ticket

MONDAY_AT_THREE = datetime(2026, 11, 23, 15, tzinfo=UTC)
WANTED = {"when": "Monday at three", "topic": "The missing\nparcel"}
BOOKED = "A callback is booked for Monday 23 November at 15:00 (UTC). Read the day and time back."


def test_the_caller_is_called_back_on_their_own_number(post: Post, ticket: Ticket) -> None:
    assert ask(post, "scheduleCallback", WANTED) == BOOKED
    booked = Callback.objects.get()
    assert (booked.number, booked.due_at, booked.topic, booked.state) == (
        ADA,
        MONDAY_AT_THREE,
        "The missing parcel",
        "open",
    )
    assert (booked.call, booked.customer) == (Call.objects.get(vapi_id=CALL_ID), ticket.customer)


def test_the_business_own_clock_counts(post: Post, transactional_db: None, settings: Any) -> None:
    settings.CALLBACK_TIME_ZONE = "America/New_York"
    assert "Monday 23 November at 15:00 (America/New_York)" in ask(post, "scheduleCallback", WANTED)
    assert Callback.objects.get().due_at == MONDAY_AT_THREE.replace(hour=20)


def test_an_impossible_time_is_answered_with_the_next_possible_ones(post: Post, transactional_db: None) -> None:
    told = ask(post, "scheduleCallback", WANTED | {"when": "tomorrow at three"})
    assert told.startswith("Nothing has been booked: nobody calls back at that time. The next possible times are ")
    assert "Monday 23 November at 09:00 (UTC); Tuesday 24 November at 09:00 (UTC); Wednesday 25" in told
    assert not Callback.objects.exists()


def test_the_hours_are_the_installations_own(post: Post, transactional_db: None, settings: Any) -> None:
    settings.CALLBACK_HOURS = "14:00-16:00 Sun"
    assert "booked for Sunday 22 November at 15:00" in ask(
        post, "scheduleCallback", WANTED | {"when": "tomorrow at three"}
    )


@pytest.mark.parametrize("when", ["after lunch", "", "soonish", 15, None, ["x"]])
def test_a_time_that_is_not_understood_is_asked_for_again(post: Post, transactional_db: None, when: Any) -> None:
    told = ask(post, "scheduleCallback", WANTED | {"when": when})
    assert "such as tomorrow at three" in told or "`when`" in told or "$.when" in told
    assert not Callback.objects.exists()


def test_another_number_is_read_back_first(post: Post, transactional_db: None) -> None:
    other = WANTED | {"number": "+44 7700 900142"}
    question = ask(post, "scheduleCallback", other, "call_1")
    assert question.startswith("Nothing has been booked yet. Read +447700900142 back to the caller, digit by digit.")
    assert not Callback.objects.exists()
    assert ask(post, "scheduleCallback", other | {"numberReadBack": True}, "call_2") == BOOKED
    assert Callback.objects.get().number == "+447700900142"


@pytest.mark.parametrize("value", ["true", "yes", 1])
def test_only_true_says_that_it_was_read_back(post: Post, transactional_db: None, value: Any) -> None:
    other = WANTED | {"number": "+447700900142", "numberReadBack": value}
    assert "`numberReadBack` is either true or false" in ask(post, "scheduleCallback", other)
    assert not Callback.objects.exists()


def test_the_own_number_needs_no_reading_back(post: Post, transactional_db: None) -> None:
    assert ask(post, "scheduleCallback", WANTED | {"number": "+44 7700 900018"}) == BOOKED


@pytest.mark.parametrize("number", ["07700 900142", 447700900142, "my mobile", "+4", "sip:ada@example.com"])
def test_a_number_without_its_country_code_is_asked_for_again(post: Post, transactional_db: None, number: Any) -> None:
    told = ask(post, "scheduleCallback", WANTED | {"number": number, "numberReadBack": True})
    assert told == "Ask the caller which number to call back, with its country code, such as +44 7700 900018."
    assert not Callback.objects.exists()


def test_a_web_call_has_no_number_to_call_back(post: Post, transactional_db: None) -> None:
    assert ask(post, "scheduleCallback", WANTED, **WEB).startswith("Ask the caller which number to call back")
    named = WANTED | {"number": "+447700900142", "numberReadBack": True}
    assert ask(post, "scheduleCallback", named, "call_2", **WEB) == BOOKED


def test_two_for_one_call_and_hour_are_one_and_the_last_word_counts(post: Post, transactional_db: None) -> None:
    ask(post, "scheduleCallback", WANTED, "call_1")
    ask(post, "scheduleCallback", {"when": "Monday at half past three", "topic": "The lid"}, "call_2")
    booked = Callback.objects.get()
    assert (booked.due_at, booked.topic) == (MONDAY_AT_THREE.replace(minute=30), "The lid")
    ask(post, "scheduleCallback", WANTED | {"when": "Monday at four"}, "call_3")
    assert Callback.objects.count() == 2


def test_the_database_allows_no_second_one_in_the_hour(transactional_db: None) -> None:
    call = Call.objects.create(vapi_id="c1")
    Callback.objects.create(call=call, number=ADA, due_at=MONDAY_AT_THREE, topic="x", state="done")
    Callback.objects.create(call=call, number=ADA, due_at=MONDAY_AT_THREE, topic="x")
    with pytest.raises(IntegrityError):
        Callback.objects.create(call=call, number=ADA, due_at=MONDAY_AT_THREE.replace(minute=59), topic="x")


def test_fifty_deliveries_at_once_book_one(post: Post, transactional_db: None) -> None:
    told = fifty_at_once(post, "scheduleCallback", WANTED)
    assert Callback.objects.count() == 1
    assert told - {IN_PROGRESS} == {BOOKED}


def test_a_number_that_several_share_books_for_no_customer(post: Post, transactional_db: None) -> None:
    for name in ("One", "Two"):
        Customer.objects.create(name=name, phone="+12025550132")
    ask_as(post, "+12025550132", "scheduleCallback", WANTED)
    assert Callback.objects.get().customer is None


@pytest.mark.parametrize("topic", ["", " \n", None, 5, "x" * 501])
def test_a_callback_is_about_something(post: Post, transactional_db: None, topic: Any) -> None:
    told = ask(post, "scheduleCallback", WANTED | {"topic": topic})
    assert "topic" in told or told == "Ask the caller what the callback is about."
    assert not Callback.objects.exists()
