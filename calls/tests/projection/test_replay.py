"""Replay: the stored events make the call anew, and nothing that was done is done again."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from calls.models import Call, Escalation, Event, Interruption, Pending, ProjectionState, ToolCall, Turn
from calls.projection import pending, replay
from calls.projection.replay import ReplayError, replay_call, replay_event
from calls.projection.state import load
from calls.tests.projection.build import CALL, body, project, row, store, whole_call
from calls.tests.projection.held import held_elsewhere
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def damage() -> None:
    """As if an older fold had got it wrong."""
    Call.objects.update(status="ringing", ended_at=None, hang_count=9)
    Turn.objects.filter(position=1).update(text="Wrong words")
    Turn.objects.create(call=Call.objects.get(), position=99, role="user", text="Never said")
    Interruption.objects.all().delete()


def state() -> bytes:
    return bytes(ProjectionState.objects.get().state)


def test_a_replay_that_changes_nothing_says_so() -> None:
    project(*whole_call())
    before = state()
    done = replay_call(CALL)
    assert (done.changes, done.applied, done.failed) == ([], len(whole_call()), 0)
    assert str(done) == f"Call {CALL}: {done.applied} events applied; 4 turns, 1 interruptions; nothing changed."
    assert (state(), Pending.objects.count()) == (before, 0)


def test_a_call_is_made_anew_and_what_changed_is_told() -> None:
    project(*whole_call())
    damage()
    changes = {change.what: (change.before, change.after) for change in replay_call(CALL).changes}
    assert changes["status"] == ("ringing", "ended")
    assert changes["turns"] == ("5", "4")
    assert changes["interruptions"] == ("0", "1")
    assert changes["turn 2"][0] == "Caller: Wrong words"
    assert changes["turn 100"] == ("Caller: Never said", "")
    assert replay_call(CALL).changes == []


def test_effects_are_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []
    monkeypatch.setattr("calls.answers.ledger.perform", lambda *arguments: called.append(arguments))
    call = project(*whole_call(), body("tool-calls__get-ticket-details", 20_000))
    ticket = Ticket.objects.create(issue="x")
    ToolCall.objects.create(call=call, tool_call_id="t", name="createTicket", arguments_hash=b"x", ticket=ticket)
    Escalation.objects.create(call=call, reason="asked", ticket=ticket)
    before = [list(model.objects.values()) for model in (ToolCall, Ticket, Escalation)]
    replay_call(CALL)
    replay_event(Event.objects.get(type="tool-calls").pk)
    assert [list(model.objects.values()) for model in (ToolCall, Ticket, Escalation)] == before
    assert called == []


def test_one_event_is_applied_once_more_in_its_place() -> None:
    project(*whole_call())
    hang = Event.objects.get(type="hang")
    for _ in range(2):
        assert (replay_event(hang.pk).applied, replay_event(hang.pk).changes) == (1, [])
    assert (Call.objects.get().hang_count, load(state()).applied) == (1, len(whole_call()))


def test_the_last_event_is_not_applied_twice() -> None:
    """It comes after nothing that is applied, itself excepted."""
    project(*whole_call(), body("hang__late-answer", 70_000))
    replay_event(Event.objects.order_by("pk").last().pk)  # type: ignore[union-attr]
    assert Call.objects.get().hang_count == 2


def test_a_call_that_lost_events_is_left_as_it_is() -> None:
    project(*whole_call())
    Event.objects.filter(pk=Event.objects.order_by("pk").first().pk).delete()  # type: ignore[union-attr]
    damage()
    with pytest.raises(ReplayError, match="lost events"):
        replay_call(CALL)
    with pytest.raises(ReplayError, match="lost events"):
        replay_event(Event.objects.get(type="hang").pk)
    assert (Call.objects.get().status, Pending.objects.count()) == ("ringing", 0)


def test_what_has_nothing_stored_is_refused() -> None:
    store([row(body("hang__late-answer", 0))], call_id="other")
    Event.objects.update(call_id=None)
    with pytest.raises(ReplayError, match="No event"):
        replay_call("nope")
    with pytest.raises(ReplayError, match="no event"):
        replay_event(uuid.uuid4())
    with pytest.raises(ReplayError, match="belongs to no call"):
        replay_event(Event.objects.get().pk)


def test_a_replay_that_fails_leaves_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    project(*whole_call())
    damage()
    monkeypatch.setattr(pending, "save_states", lambda *_: 1 / 0)
    with pytest.raises(ReplayError, match="ZeroDivisionError"):
        replay_call(CALL)
    assert (Call.objects.get().status, ProjectionState.objects.count(), Pending.objects.count()) == ("ringing", 1, 0)


def test_a_call_longer_than_one_batch_is_made_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    project(*whole_call())
    monkeypatch.setattr(pending, "MOST_IN_A_TRANSACTION", 5)
    done = replay_call(CALL)
    assert (done.changes, done.applied) == ([], len(whole_call()))


@pytest.mark.django_db(transaction=True)
def test_a_call_that_a_worker_has_is_waited_for_and_then_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    project(*whole_call())
    monkeypatch.setattr(replay, "WAIT_FOR_WORKER_S", 0.2)
    with held_elsewhere(lambda: pending.lock(CALL)), pytest.raises(ReplayError, match="A worker is busy"):
        replay_call(CALL)
    assert replay_call(CALL).changes == []


def run(command: str, argument: Any) -> str:
    out = io.StringIO()
    call_command(command, str(argument), stdout=out)
    return out.getvalue()


def test_the_commands_say_what_changed() -> None:
    project(*whole_call())
    assert "nothing changed." in run("replay_event", Event.objects.get(type="hang").pk)
    damage()
    assert "\n  status: ringing → ended\n" in run("replay_call", CALL)
    with pytest.raises(CommandError, match="No event of call nope"):
        run("replay_call", "nope")
    with pytest.raises(CommandError, match="no event"):
        run("replay_event", uuid.uuid4())
