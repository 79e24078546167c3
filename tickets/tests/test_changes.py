"""Editing a ticket: nothing of anybody's edit is lost, and each change is written down beside it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from tickets.changes import ChangedMeanwhileError, add_comment, edit_ticket
from tickets.models import Ticket, TicketChange

SEEN: dict[str, Any] = {"status": "open", "priority": "normal", "assigned_agent": None, "issue": "Parcel never came"}


def ticket() -> Ticket:
    return Ticket.objects.create(number=12345, issue="Parcel never came", status="open")


def edit(by: User | None = None, **wanted: Any) -> list[TicketChange]:
    return edit_ticket(12345, seen=SEEN, wanted={**SEEN, **wanted}, by=by)


def history() -> list[tuple[Any, ...]]:
    return [(change.by, change.field, change.old, change.new) for change in TicketChange.objects.all()]


@pytest.fixture
def maya(db: None) -> User:
    return User.objects.create_user("maya", first_name="Maya", last_name="Okafor")


def test_each_changed_field_is_written_down_in_words(maya: User) -> None:
    before = ticket().updated_at
    edit(maya, status="pending", assigned_agent=maya)
    assert history() == [
        (maya, "status", "Open", "Waiting for the customer"),
        (maya, "assigned_agent", "", "Maya Okafor"),
    ]
    after = Ticket.objects.get()
    assert (after.status, after.assigned_agent) == ("pending", maya)
    assert after.updated_at > before


def test_an_edit_that_changes_nothing_writes_nothing(maya: User) -> None:
    before = ticket().updated_at
    assert edit(maya) == []
    assert Ticket.objects.get().updated_at == before


def test_a_second_editor_of_the_same_field_is_told_and_writes_nothing(maya: User) -> None:
    ticket()
    edit(maya, status="pending")
    with pytest.raises(ChangedMeanwhileError) as told:
        edit(status="solved", priority="urgent")
    [clash] = told.value.clashes
    assert (clash.field, clash.new, clash.by) == ("status", "Waiting for the customer", maya)
    after = Ticket.objects.get()
    assert (after.status, after.priority, len(history())) == ("pending", "normal", 1)


def test_an_edit_of_another_field_leaves_what_somebody_wrote_meanwhile(maya: User) -> None:
    ticket()
    edit(maya, status="pending")
    edit(priority="urgent")
    after = Ticket.objects.get()
    assert (after.status, after.priority) == ("pending", "urgent")


def test_two_who_want_the_same_do_not_clash(maya: User) -> None:
    ticket()
    edit(maya, status="solved")
    assert edit(status="solved") == []


def test_what_the_database_refuses_leaves_no_history(maya: User) -> None:
    ticket()
    with pytest.raises(IntegrityError), transaction.atomic():
        edit(maya, status="nonsense")
    assert (history(), Ticket.objects.get().status) == ([], "open")


def test_a_comment_moves_the_ticket_up(maya: User) -> None:
    before = ticket().updated_at
    add_comment(12345, body="Called back.", by=maya)
    assert Ticket.objects.get().updated_at > before


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_one_waits_and_is_told() -> None:
    ticket()
    told, holds = list[str](), threading.Event()

    def second() -> None:
        holds.wait(10)
        try:
            edit(status="solved")
        except ChangedMeanwhileError as error:
            told.extend(clash.new for clash in error.clashes)
        connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        edit(status="pending")
        holds.set()
        thread.join(0.5)
        assert told == []
    thread.join(10)
    assert told == ["Waiting for the customer"]
    assert Ticket.objects.get().status == "pending"
