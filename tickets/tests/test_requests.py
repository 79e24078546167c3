"""One request, however many ask at once."""

from __future__ import annotations

import pytest

from tickets import requests
from tickets.models import Comment, ServiceRequest, Ticket
from tickets.notes import add_note
from tickets.requests import Wanted, request_for_order, request_on_ticket

WANTED = Wanted(
    kind=ServiceRequest.Kind.CANCEL_ORDER,
    source=Comment.Source.PHONE_AGENT,
    requested_by="+447700900018",
    order_reference="A17",
)


@pytest.fixture
def rival(db: None, monkeypatch: pytest.MonkeyPatch) -> ServiceRequest:
    """Whoever asks next does not see at first that this one has been made meanwhile."""
    made = request_for_order(WANTED, None)
    look, looked = requests.open_request, list[Wanted]()

    def blind_at_first(wanted: Wanted, ticket_number: int | None) -> ServiceRequest | None:
        looked.append(wanted)
        return look(wanted, ticket_number) if len(looked) > 1 else None

    monkeypatch.setattr(requests, "open_request", blind_at_first)
    return made


def test_of_two_for_one_order_the_constraint_lets_one_through(rival: ServiceRequest) -> None:
    assert request_for_order(WANTED, None) == rival
    assert (Ticket.objects.count(), Comment.objects.count()) == (1, 1)


def test_under_another_ticket_too(rival: ServiceRequest) -> None:
    other = Ticket.objects.create(issue="Parcel never came", priority="low")
    assert request_on_ticket(WANTED, other.number) == rival
    other.refresh_from_db()
    assert (other.priority, other.comments.count()) == ("low", 0)


@pytest.mark.parametrize(("before", "after"), [("low", "high"), ("high", "high"), ("urgent", "urgent")])
def test_a_cancellation_makes_a_ticket_at_least_high(db: None, before: str, after: str) -> None:
    ticket = Ticket.objects.create(issue="Parcel never came", priority=before, status="on-hold")
    request_on_ticket(WANTED, ticket.number)
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.status) == (after, "open")


def test_what_a_request_changes_is_in_the_history_as_the_phone_agents(db: None) -> None:
    ticket = Ticket.objects.create(issue="Parcel never came", priority="low", status="on-hold")
    request_on_ticket(WANTED, ticket.number)
    changes = [(one.field, one.old, one.new, one.by, one.source) for one in ticket.changes.all()]
    assert set(changes) == {
        ("status", "On hold", "Open", None, "phone-agent"),
        ("priority", "Low", "High", None, "phone-agent"),
    }


def test_a_request_that_changes_nothing_writes_no_history(db: None) -> None:
    ticket = Ticket.objects.create(issue="Parcel never came", priority="urgent", status="open")
    request_on_ticket(WANTED, ticket.number)
    assert not ticket.changes.exists()


def test_a_note_that_reopens_is_in_the_history_too(db: None) -> None:
    ticket = Ticket.objects.create(issue="Parcel never came", status="solved")
    add_note(ticket.number, body="It broke again", source=Comment.Source.CUSTOMER)
    ticket.refresh_from_db()
    (change,) = ticket.changes.all()
    assert (ticket.status, change.old, change.new, change.by, change.source) == (
        "open", "Solved", "Open", None, "phone-agent"
    )  # fmt: skip
    add_note(ticket.number, body="and again", source=Comment.Source.CUSTOMER)
    assert ticket.changes.count() == 1
