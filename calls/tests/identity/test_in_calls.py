"""The ladder in calls: over the webhook, with the rows it leaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from calls.models import Call, Disclosure, Event, LookupMiss, ToolCall, Verification
from calls.tests.answers.asking import ADA, CALL_ID, NOT_FOUND, WEB, ask, ask_as
from calls.tests.conftest import Post
from tickets.models import Customer, Ticket
from tickets.pin import is_pin, mac_of, masked
from tickets.spoken_factors import email, pin, postcode

pytestmark = pytest.mark.django_db(transaction=True)
VERIFIED = "The caller is verified for this call."
NOT_PROVED = "That does not match what we have."


@pytest.fixture
def ada() -> Customer:
    customer = Customer.objects.create(name="Ada", phone=ADA, email="jane.doe@example.com", postcode="SW1A1AA")
    customer.pin_mac = mac_of(customer.pk, "1224")
    customer.save()
    Ticket.objects.create(number=12345, customer=customer, issue="Cold")
    return customer


def test_the_customers_own_number_hears_and_it_is_written_down(post: Post, ada: Customer) -> None:
    assert "Cold" in ask_as(post, ADA, "getTicket", {"ticketId": "12345"})
    told = Disclosure.objects.get()
    assert (told.ticket_id, told.customer, told.tool, told.step) == (12345, ada, "getTicket", "caller-number")
    assert "the customer's alone" in told.evidence
    assert told.tool_call is not None


def test_a_number_that_two_customers_share_hears_nothing(post: Post, ada: Customer) -> None:
    Customer.objects.create(name="Brother", phone=ADA)
    assert ask_as(post, ADA, "getTicket", {"ticketId": "12345"}) == NOT_FOUND
    assert not Disclosure.objects.exists()


def test_a_number_whose_end_is_somebody_elses_hears_nothing(post: Post, ada: Customer) -> None:
    Customer.objects.create(name="Without a country", phone_tail="700900018")
    assert ask_as(post, ADA, "getTicket", {"ticketId": "12345"}) == NOT_FOUND


def test_the_list_of_ones_own_tickets_is_a_disclosure_of_each(post: Post, ada: Customer) -> None:
    Ticket.objects.create(number=12346, customer=ada, issue="Colder")
    assert "There are 2 open tickets" in ask_as(post, ADA, "findMyTickets", {})
    assert set(Disclosure.objects.values_list("ticket_id", flat=True)) == {12345, 12346}


@pytest.mark.parametrize(
    "proof",
    [
        {"pin": "one double two four"},
        {"pin": "1 2 2 4"},
        {"email": "Jane dot Doe at example dot com"},
        {"postcode": "S W one A one A A"},
    ],
)
def test_a_web_call_proves_who_it_is_and_then_hears(post: Post, ada: Customer, proof: dict[str, str]) -> None:
    assert ask(post, "getTicket", {"ticketId": "12345"}, "t1", **WEB) == NOT_FOUND
    assert ask(post, "verifyCaller", {"ticketId": "12345", **proof}, "t2", **WEB).startswith(VERIFIED)
    assert "Cold" in ask(post, "getTicket", {"ticketId": "12345"}, "t3", **WEB)
    assert Verification.objects.get().customer == ada


@pytest.mark.parametrize(
    "proof",
    [
        {"ticketId": "12345", "pin": "9999"},
        {"ticketId": "99999", "pin": "1224"},
        {"ticketId": "12345", "email": "jane at example dot com"},
        {"ticketId": "12345", "postcode": "W1"},
        {"pin": "1224"},
    ],
)
def test_a_wrong_proof_sounds_the_same_whatever_is_wrong(post: Post, ada: Customer, proof: dict[str, str]) -> None:
    assert ask(post, "verifyCaller", proof, **WEB).startswith(NOT_PROVED)
    assert not Verification.objects.exists()
    assert LookupMiss.objects.count() == 1


def test_what_somebody_else_has_not_set_proves_nothing(post: Post) -> None:
    Ticket.objects.create(number=5, customer=Customer.objects.create(name="Bare"), issue="x")
    for proof in ({"pin": "0000"}, {"email": " "}, {"postcode": "-"}):
        assert not ask(post, "verifyCaller", {"ticketId": "5", **proof}, **WEB).startswith(VERIFIED)


def test_three_misses_lock_lookups_for_the_call_and_a_repeated_one_is_one(post: Post, ada: Customer) -> None:
    for number in (1, 1, 2):
        assert ask_as(post, ADA, "getTicket", {"ticketId": str(90_000 + number)}, f"t{number}") == NOT_FOUND
    assert LookupMiss.objects.count() == 2
    assert "Cold" in ask_as(post, ADA, "getTicket", {"ticketId": "12345"}, "t8")
    ask_as(post, ADA, "getTicket", {"ticketId": "90003"}, "t3")
    locked = ask_as(post, ADA, "getTicket", {"ticketId": "12345"}, "t9")
    assert locked.startswith(NOT_FOUND)
    assert "offer the caller a person" in locked


def test_proofs_are_guessed_three_times_a_call_and_then_the_right_one_is_none(post: Post, ada: Customer) -> None:
    for guess in range(3):
        ask(post, "verifyCaller", {"ticketId": "12345", "pin": f"000{guess}"}, f"t{guess}", **WEB)
    told = ask(post, "verifyCaller", {"ticketId": "12345", "pin": "1224"}, "t9", **WEB)
    assert told.startswith(NOT_PROVED)
    assert "offer the caller a person" in told
    assert not Verification.objects.exists()


def test_proofs_of_one_customer_are_counted_over_calls_that_have_no_number(post: Post, ada: Customer) -> None:
    guesses = (LookupMiss(tool="verifyCaller", subject=f"proof of {ada.pk}") for _ in range(10))
    LookupMiss.objects.bulk_create(guesses)
    assert ask(post, "verifyCaller", {"ticketId": "12345", "pin": "1224"}, "t9", **WEB).startswith(NOT_PROVED)


def test_guesses_at_once_are_counted_one_after_the_other(post: Post, ada: Customer) -> None:
    def guess(number: int) -> str:
        try:
            return ask_as(post, ADA, "getTicket", {"ticketId": str(90_000 + number)}, f"t{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(guess, range(6)))
    assert sorted("offer the caller a person" in answer for answer in answers) == [False] * 3 + [True] * 3


def test_ten_misses_in_an_hour_lock_the_number_in_every_call(post: Post, ada: Customer) -> None:
    LookupMiss.objects.bulk_create(LookupMiss(number=ADA, tool="getTicket", subject=str(one)) for one in range(10))
    assert "offer the caller a person" in ask_as(post, ADA, "getTicket", {"ticketId": "12345"})


def test_an_hour_later_the_number_hears_again(post: Post, ada: Customer) -> None:
    before = timezone.now() - timedelta(minutes=61)
    old = (LookupMiss(number=ADA, tool="getTicket", subject=str(one), at=before) for one in range(10))
    LookupMiss.objects.bulk_create(old)
    assert "Cold" in ask_as(post, ADA, "getTicket", {"ticketId": "12345"})


def test_misses_of_calls_without_a_number_lock_no_other_such_call(post: Post, ada: Customer) -> None:
    LookupMiss.objects.bulk_create(LookupMiss(tool="getTicket") for _ in range(10))
    assert ask(post, "verifyCaller", {"ticketId": "12345", "pin": "1224"}, "t1", **WEB).startswith(VERIFIED)
    assert "Cold" in ask(post, "getTicket", {"ticketId": "12345"}, "t2", **WEB)


@pytest.mark.parametrize("said", [{"ticketId": "12345", "pin": "1224"}, ' {"ticketId": "12345", "pin": "1224"}'])
def test_a_pin_is_kept_nowhere(post: Post, ada: Customer, said: Any) -> None:
    ask(post, "verifyCaller", said, "t2", **WEB)
    row = ToolCall.objects.get()
    assert row.arguments["pin"] == masked("1224")
    from calls.body import unpack

    bodies = [unpack(body) for body in Event.objects.values_list("body", flat=True)]
    assert bodies
    assert all(b"1224" not in body for body in bodies)
    assert ask(post, "verifyCaller", said, "t2", **WEB).startswith(VERIFIED)
    assert ToolCall.objects.count() == 1


def test_a_pin_is_proved_with_every_key(settings: Any, ada: Customer) -> None:
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", *old]
    assert is_pin(ada, "1224")
    assert not is_pin(ada, "1225")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert not is_pin(ada, "1224")


def test_the_same_work_is_done_for_what_is_not_there_and_not_theirs(
    post: Post, ada: Customer, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.test.utils import CaptureQueriesContext

    from calls.answers.ledger import perform
    from calls.answers.registry import TOOLS, Context
    from calls.answers.requested import RequestedCall
    from calls.identity import Caller

    ask_as(post, ADA, "findMyTickets", {})
    call = Call.objects.get(vapi_id=CALL_ID)
    counts = []
    for tool_call_id, number in (("a", "99999"), ("b", "12345")):
        with CaptureQueriesContext(connection) as queries:
            context = Context("", Caller("+447700900099"), call, timezone.now())
            perform(TOOLS["getTicket"], RequestedCall(tool_call_id, "getTicket", {"ticketId": number}), context)
        counts.append([query["sql"].split()[0] for query in queries])
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("read", "said", "meant"),
    [
        (pin, "one two three four", "1234"),
        (pin, "double oh seven seven", "0077"),
        (pin, "my pin is 12 34", "1234"),
        (email, "Jane dot Doe at example dot com", "jane.doe@example.com"),
        (email, "j a n e underscore d at mail dot example dot org", "jane_d@mail.example.org"),
        (email, "jane.doe@example.com", "jane.doe@example.com"),
        (postcode, "S W one A one A A", "SW1A1AA"),
        (postcode, "it's 1 0 1 1 5", "10115"),
    ],
)
def test_factors_as_they_are_said(read: Any, said: str, meant: str) -> None:
    assert read(said) == meant
