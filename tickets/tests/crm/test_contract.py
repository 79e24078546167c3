"""What every adapter does, over every far end."""

from __future__ import annotations

import time

import pytest

from tickets.crm import errors
from tickets.crm.interface import Change, Contact, NewTicket
from tickets.tests.crm.far_ends import ADA, BEN, FarEnd

SOON_S = 20.0
KEY = "a1" * 32
OTHER = "b2" * 32


def made(far_end: FarEnd, priority: str = "normal") -> str:
    new = NewTicket("The heating is cold", "It has been cold since Monday.", priority)
    return far_end.adapter.create(new, key=KEY, timeout_s=SOON_S).number


def test_a_new_ticket_is_found_by_its_number(far_end: FarEnd) -> None:
    number = made(far_end, priority="high")
    found = far_end.adapter.find_by_number(number, timeout_s=SOON_S)
    assert found is not None
    assert (found.number, found.subject, found.status, found.priority) == (number, "The heating is cold", "new", "high")


@pytest.mark.parametrize("said", ["99999999", "1' OR id > 0 OR '", "not a number", "-1"])
def test_no_ticket_is_none(far_end: FarEnd, said: str) -> None:
    assert far_end.adapter.find_by_number(said, timeout_s=SOON_S) is None


def test_one_key_makes_one_ticket_or_can_be_found_again(far_end: FarEnd) -> None:
    number = made(far_end)
    proof = far_end.adapter.capabilities.proof["create"]
    assert proof in ("key", "search")
    again = far_end.adapter.find_written("create", "", key=KEY, timeout_s=SOON_S) if proof == "search" else None
    assert (again.number if again else made(far_end)) == number


def test_another_key_is_not_found(far_end: FarEnd) -> None:
    made(far_end)
    assert far_end.adapter.find_written("create", "", key=OTHER, timeout_s=SOON_S) is None


def test_a_note_is_known_by_its_key(far_end: FarEnd) -> None:
    number = made(far_end)
    far_end.adapter.add_note(number, 'It\'s "colder" now.', public=False, key=OTHER, timeout_s=SOON_S)
    written = far_end.adapter.find_written("add-note", number, key=OTHER, timeout_s=SOON_S)
    assert written is not None
    assert written.number == number
    assert far_end.adapter.find_written("add-note", number, key="c3" * 32, timeout_s=SOON_S) is None


@pytest.mark.parametrize("status", ["open", "pending", "solved"])
def test_status_and_priority_are_set_and_read_back(far_end: FarEnd, status: str) -> None:
    number = made(far_end)
    change = Change(status=status, priority="urgent", note="By phone")
    after = far_end.adapter.update(number, change, key=OTHER, timeout_s=SOON_S)
    assert (after.status, after.priority) == (status, "urgent")
    assert far_end.adapter.find_written("update", number, key=OTHER, timeout_s=SOON_S) is not None


def test_what_it_says_it_can_set_it_can(far_end: FarEnd) -> None:
    """Settled states last: some CRMs let nobody out of them."""
    order = ("new", "open", "pending", "on-hold", "solved", "closed")
    number = made(far_end)
    for status in sorted(far_end.adapter.capabilities.settable_statuses, key=order.index):
        change = Change(status=status)
        assert (
            far_end.adapter.update(number, change, key=f"{order.index(status)}" * 64, timeout_s=SOON_S).status == status
        )


def test_escalating_raises_the_priority_and_says_why(far_end: FarEnd) -> None:
    number = made(far_end)
    after = far_end.adapter.escalate(number, brief="Very cold", priority="urgent", key=OTHER, timeout_s=SOON_S)
    assert after.priority == "urgent"
    assert far_end.adapter.find_written("escalate", number, key=OTHER, timeout_s=SOON_S) is not None


def test_a_write_to_no_ticket_says_so(far_end: FarEnd) -> None:
    with pytest.raises(errors.NotThereError):
        far_end.adapter.add_note("99999999", "x", public=False, key=KEY, timeout_s=SOON_S)


def test_a_caller_is_found_by_phone_with_the_open_tickets(far_end: FarEnd) -> None:
    far_end.person("Ada Byrne", "ada@example.com", ADA)
    far_end.person("Ben Okoye", "ben@example.com", BEN)
    far_end.ticket("ada@example.com", "Cold", "open")
    far_end.ticket("ada@example.com", "Done", "solved")
    far_end.ticket("ben@example.com", "Hot", "open")
    found = far_end.adapter.find_open_by_contact(phone=ADA, timeout_s=SOON_S)
    assert [contact.email for contact in found.contacts] == ["ada@example.com"]
    assert [ticket.subject for ticket in found.tickets] == ["Cold"]


def test_a_number_written_at_home_may_be_the_callers(far_end: FarEnd) -> None:
    """Whether that is enough to tell them anything is not the adapter's to decide."""
    far_end.person("Ada Byrne", "ada@example.com", "07700 900018")
    found = far_end.adapter.find_open_by_contact(phone=ADA, timeout_s=SOON_S)
    assert [contact.email for contact in found.contacts] == ["ada@example.com"]


def test_everybody_with_the_number_is_in(far_end: FarEnd) -> None:
    far_end.person("Ada Byrne", "ada@example.com", ADA)
    far_end.person("Her brother", "bob@example.com", ADA)
    found = far_end.adapter.find_open_by_contact(phone=ADA, timeout_s=SOON_S)
    assert {contact.email for contact in found.contacts} == {"ada@example.com", "bob@example.com"}


def test_nobody_is_nobody_and_not_everybody(far_end: FarEnd) -> None:
    far_end.person("Ada Byrne", "ada@example.com", ADA)
    assert far_end.adapter.find_open_by_contact(phone="+447700900099", timeout_s=SOON_S).contacts == ()
    assert far_end.adapter.find_open_by_contact(timeout_s=SOON_S).contacts == ()


def test_a_caller_is_found_by_the_whole_address(far_end: FarEnd) -> None:
    far_end.person("Ada Byrne", "ada@example.com", ADA)
    assert len(far_end.adapter.find_open_by_contact(email="Ada@example.com", timeout_s=SOON_S).contacts) == 1
    assert far_end.adapter.find_open_by_contact(email="da@example.co", timeout_s=SOON_S).contacts == ()


def test_a_ticket_is_made_for_who_called(far_end: FarEnd) -> None:
    person = far_end.person("Ada Byrne", "ada@example.com", ADA)
    contact = Contact(crm_id=person, name="Ada Byrne", email="ada@example.com")
    far_end.adapter.create(NewTicket("Cold", "Very", contact=contact), key=KEY, timeout_s=SOON_S)
    found = far_end.adapter.find_open_by_contact(email="ada@example.com", timeout_s=SOON_S)
    assert [ticket.subject for ticket in found.tickets] == ["Cold"]


def test_health_says_that_it_works(far_end: FarEnd) -> None:
    health = far_end.adapter.health(timeout_s=SOON_S)
    assert health.works, health.lines
    assert health.lines


def test_no_answer_in_time_is_too_slow_and_keeps_the_time(far_end: FarEnd) -> None:
    if far_end.knobs is None:
        pytest.skip("only a stand-in is slow when asked to be")
    far_end.knobs(latency_s=1.0)
    began = time.monotonic()
    with pytest.raises(errors.TooSlowError):
        far_end.adapter.find_by_number("1", timeout_s=0.2)
    assert time.monotonic() - began < 0.9


@pytest.mark.parametrize(
    ("trap", "error", "may_be_done"),
    [
        ("429", errors.ThrottledError, False),
        ("500", errors.BrokenError, True),
        ("503", errors.BrokenError, True),
        ("401", errors.KeyRefusedError, False),
        ("hang-before", errors.BrokenError, True),
        ("hang-after", errors.BrokenError, True),
    ],
)
def test_what_goes_wrong_has_a_type_and_holds_no_byte_of_the_answer(
    far_end: FarEnd, trap: str, error: type[errors.CrmError], may_be_done: bool
) -> None:
    if far_end.knobs is None:
        pytest.skip("only a stand-in fails when asked to")
    far_end.knobs(traps=[trap])
    with pytest.raises(error) as raised:
        made(far_end)
    assert raised.value.may_be_done is may_be_done
    assert "canary" not in f"{raised.value} {raised.value.detail!r} {raised.value.__cause__}"
