"""A write to a CRM: asked for with the change, done once, compared, and never lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tickets import copy, operations, services, tasks
from tickets.crm import errors
from tickets.crm.interface import NewTicket
from tickets.models import Comment, Operation, Ticket, TicketChange
from tickets.operations import AlreadyDecidedError
from tickets.operations.claim import claim
from tickets.tests.operations.desk import Desk, KilledError

pytestmark = pytest.mark.django_db
State = Operation.State


def new_ticket(cause: str = "call-1") -> Operation:
    ticket, opening = services.create_ticket(issue="Cold", priority="high", customer=None, note="Very", cause=cause)
    assert opening == ticket.operations.get()
    return opening


def later(operation: Operation, seconds: float = 3_600) -> None:
    """Time passes: what waits or was left is due."""
    past = timezone.now() - timedelta(seconds=seconds)
    Operation.objects.filter(pk=operation.pk).update(next_attempt_at=past)
    Operation.objects.filter(pk=operation.pk, lease_until__isnull=False).update(lease_until=past)


def state(operation: Operation) -> str:
    operation.refresh_from_db()
    return operation.state


def test_with_tickets_kept_here_nothing_is_asked_for() -> None:
    _, opening = services.create_ticket(issue="Cold", priority="high", customer=None, note="")
    assert opening is None
    assert not Operation.objects.exists()


def test_one_cause_asks_once(desk: Desk) -> None:
    first = new_ticket()
    assert operations.ask("create", first.ticket, {"subject": "again"}, "call-1") == first
    assert Operation.objects.count() == 1


def test_a_change_that_is_taken_back_asks_for_nothing(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        new_ticket()
        raise ZeroDivisionError
    assert not Operation.objects.exists()


def test_a_new_ticket_gets_its_number_there(desk: Desk) -> None:
    operation = new_ticket()
    outcome = operations.perform(operation.pk)
    ticket = Ticket.objects.get()
    assert (outcome.state, outcome.crm_number) == (State.DONE, "1000")
    assert (ticket.crm, ticket.crm_number, ticket.crm_status) == ("zendesk", "1000", "new")
    assert operations.perform(operation.pk) == outcome
    assert desk.effects[operation.key] == 1


def test_a_lookup_that_found_the_new_ticket_first_leaves_no_twin(desk: Desk) -> None:
    operation = new_ticket()
    desk.create(NewTicket("Cold", "Very", "high"), key=operation.key, timeout_s=1)
    desk.proof = "key"
    twin = copy.take_ticket("zendesk", desk.tickets["1000"], None)
    Comment.objects.create(ticket=twin, source=Comment.Source.PHONE_AGENT, body="Said meanwhile")
    assert operations.perform(operation.pk).state == State.DONE
    ticket = Ticket.objects.get()
    assert (ticket.pk, ticket.crm_number) == (operation.ticket_id, "1000")
    assert [comment.body for comment in ticket.comments.all()][-1] == "Said meanwhile"


def test_a_note_waits_until_its_ticket_is_there(desk: Desk) -> None:
    create = new_ticket()
    services.add_note(create.ticket_id, body="More", source=Comment.Source.PHONE_AGENT, cause="call-2")
    note = Operation.objects.exclude(pk=create.pk).get()
    assert operations.perform(note.pk).state == State.WAITING
    operations.perform(create.pk)
    assert operations.perform(note.pk).state == State.DONE


def test_what_only_this_desk_has_the_crm_is_not_told(desk: Desk) -> None:
    ticket, person = new_ticket().ticket, User.objects.create(username="ada")
    seen = {"assigned_agent": None, "issue": "Cold"}
    services.edit_ticket(ticket.pk, seen=seen, wanted={"assigned_agent": person, "issue": "Colder"}, by=person)
    assert Operation.objects.count() == 1
    services.edit_ticket(ticket.pk, seen={"status": "new"}, wanted={"status": "open"}, by=person)
    assert Operation.objects.first().payload == {"status": "open"}  # type: ignore[union-attr]


def test_said_but_not_done_is_a_state_with_its_reason(desk: Desk) -> None:
    create = new_ticket()
    operations.perform(create.pk)
    desk.refuses_status = True
    services.edit_ticket(create.ticket_id, seen={"status": "new"}, wanted={"status": "solved"}, by=None)
    update = Operation.objects.exclude(pk=create.pk).get()
    assert operations.perform(update.pk).state == State.DIFFERS
    update.refresh_from_db()
    assert update.reason == "Status should be solved, and is new (new there)."


def test_what_the_crm_changed_comes_into_the_copy_and_its_history(desk: Desk) -> None:
    operation = new_ticket()
    operations.perform(operation.pk)
    services.add_comment(operation.ticket_id, body="Called back", by=None)
    desk._do("somebody there", "1000", {"status": "pending"})
    operations.perform(Operation.objects.latest("pk").pk)
    assert Ticket.objects.get().status == "pending"
    assert TicketChange.objects.get(field="status").source == TicketChange.Source.CRM


@pytest.mark.parametrize("error", [errors.BreakerOpenError(), errors.BusyError()])
def test_what_was_not_even_asked_costs_no_attempt(desk: Desk, error: errors.CrmError) -> None:
    operation = new_ticket()
    for _ in range(20):
        desk.next = [("before", error)]
        assert operations.perform(operation.pk).state == State.WAITING
        later(operation)
    operation.refresh_from_db()
    assert operation.attempt == 0
    assert operations.perform(operation.pk).state == State.DONE


def test_retry_after_is_kept(desk: Desk) -> None:
    operation = new_ticket()
    desk.next = [("before", errors.ThrottledError(retry_after_s=900))]
    operations.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.next_attempt_at > timezone.now() + timedelta(seconds=890)
    assert operations.perform(operation.pk).state == State.WAITING


def test_it_is_given_up_with_its_reason_after_some_attempts(desk: Desk, settings: Any) -> None:
    settings.CRM_MOST_ATTEMPTS = 3
    operation = new_ticket()
    for _ in range(3):
        desk.next = [("before", errors.UnreachableError("No connection."))]
        operations.perform(operation.pk)
        later(operation)
    operation.refresh_from_db()
    assert (operation.state, operation.error, operation.reason) == (State.DEAD, "UnreachableError", "No connection.")
    assert desk.effects[operation.key] == 0


def test_a_refusal_is_given_up_at_once(desk: Desk) -> None:
    operation = new_ticket()
    desk.next = [("before", errors.RefusedError("HTTP 422"))]
    assert operations.perform(operation.pk).state == State.DEAD


@pytest.mark.parametrize(("proof", "ends"), [("key", State.DONE), ("search", State.DONE), ("none", State.UNCLEAR)])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_unclear_write_is_proved_and_never_done_twice(desk: Desk, proof: Any, ends: str, when: str) -> None:
    desk.proof = proof
    operation = new_ticket()
    desk.next = [(when, errors.TooSlowError())]
    operations.perform(operation.pk)
    later(operation)
    operations.perform(operation.pk)
    assert state(operation) == ends
    assert desk.effects[operation.key] == (1 if ends == State.DONE or when == "after" else 0)


def test_a_slow_crm_is_given_time_to_finish_before_its_search_is_believed(desk: Desk) -> None:
    operation = new_ticket()
    desk.next = [("before", errors.TooSlowError())]
    operations.perform(operation.pk)
    operation.refresh_from_db()
    assert operation.next_attempt_at > timezone.now() + timedelta(seconds=25)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_dies_is_taken_over_after_its_lease(desk: Desk, when: str) -> None:
    operation = new_ticket()
    desk.next = [(when, KilledError())]
    with pytest.raises(KilledError):
        operations.perform(operation.pk)
    assert operations.perform(operation.pk).state == State.RUNNING
    later(operation)
    assert operations.perform(operation.pk).state == State.DONE
    assert desk.effects[operation.key] == 1


def test_who_lost_the_lease_writes_nothing(desk: Desk) -> None:
    operation = new_ticket()
    first = claim(operation.pk)
    assert first is not None
    later(operation)
    assert operations.perform(operation.pk).state == State.DONE
    assert not first.write(state=State.DEAD)
    assert state(operation) == State.DONE


def test_two_do_not_get_the_same_one(desk: Desk) -> None:
    operation = new_ticket()
    assert claim(operation.pk) is not None
    assert claim(operation.pk) is None
    later(operation)
    assert claim(operation.pk) is not None


def test_a_person_tries_again_or_settles_and_only_one_of_two_does(desk: Desk) -> None:
    ben = User.objects.create(username="ben")
    operation = new_ticket()
    desk.next = [("before", errors.RefusedError())]
    operations.perform(operation.pk)
    operations.retry(operation.pk, ben)
    with pytest.raises(AlreadyDecidedError):
        operations.settle(operation.pk, ben, "Opened by hand")
    assert operations.perform(operation.pk).state == State.DONE
    with pytest.raises(AlreadyDecidedError):
        operations.retry(operation.pk, ben)


def test_what_is_settled_is_not_tried_and_lets_the_others_go_on(desk: Desk) -> None:
    create = new_ticket()
    desk.next = [("before", errors.RefusedError())]
    operations.perform(create.pk)
    services.add_comment(create.ticket_id, body="More", by=None)
    note = Operation.objects.latest("pk")
    assert operations.perform(note.pk).state == State.WAITING
    operations.settle(create.pk, None, "Opened by hand")
    assert operations.perform(note.pk).state == State.DEAD
    assert "has no number in the CRM" in Operation.objects.get(pk=note.pk).reason


def test_a_second_try_of_what_cannot_be_proved_is_a_persons_decision(desk: Desk) -> None:
    desk.proof = "none"
    operation = new_ticket()
    desk.next = [("before", errors.TooSlowError())]
    assert operations.perform(operation.pk).state == State.UNCLEAR
    operations.retry(operation.pk, None)
    assert operations.perform(operation.pk).state == State.DONE
    assert desk.effects[operation.key] == 1


def test_the_sweep_finds_what_a_lost_message_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = new_ticket()
    sent: list[Any] = []
    monkeypatch.setattr(tasks.perform, "apply_async", lambda arguments, **_: sent.append(arguments))
    assert tasks.perform_due() == 1
    assert sent == [(operation.pk,)]
    claim(operation.pk)
    assert tasks.perform_due() == 0
    later(operation)
    assert tasks.perform_due() == 1
