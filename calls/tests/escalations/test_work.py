"""Working on an escalation: of two people at once one wins, and everything that is done is written down."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction

from calls.escalations import (
    CannotTakeError,
    NoResolutionError,
    TooLateError,
    ask_for_a_person,
    assign,
    claim,
    release,
    resolve,
)
from calls.models import Call, Escalation
from supportvoice import live


def person(name: str, group: str = "agent") -> User:
    user = User.objects.create_user(name, first_name=name.title())
    user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


@pytest.fixture
def asked(db: None) -> Escalation:
    return ask_for_a_person(call=Call.objects.create(vapi_id="c1"), ticket_number=None, reason="wants a refund")


@pytest.fixture
def maya(db: None) -> User:
    return person("maya")


@pytest.fixture
def tom(db: None) -> User:
    return person("tom")


def history(escalation: Escalation) -> list[tuple[Any, ...]]:
    return [(event.kind, event.by, event.to, event.note) for event in escalation.events.all()]


def test_what_is_done_is_written_down_with_who_and_what(asked: Escalation, maya: User, tom: User) -> None:
    claim(asked.pk, by=maya)
    assign(asked.pk, by=maya, to=tom, seen_with=maya.pk)
    release(asked.pk, by=tom)
    claim(asked.pk, by=tom)
    resolve(asked.pk, by=tom, resolution="  Called back.  ")
    assert history(asked) == [
        ("asked", None, None, "wants a refund"),
        ("claimed", maya, None, ""),
        ("assigned", maya, tom, ""),
        ("released", tom, None, ""),
        ("claimed", tom, None, ""),
        ("resolved", tom, None, "Called back."),
    ]
    asked.refresh_from_db()
    assert (asked.state, asked.claimed_by, asked.resolution) == ("resolved", tom, "Called back.")
    assert asked.resolved_at is not None


def test_asking_again_is_written_down_with_the_new_words(asked: Escalation) -> None:
    ask_for_a_person(call=asked.call, ticket_number=None, reason="is angry now")
    assert [note for _, _, _, note in history(asked)] == ["wants a refund", "is angry now"]


def test_who_comes_second_hears_who_has_it(asked: Escalation, maya: User, tom: User) -> None:
    claim(asked.pk, by=maya)
    with pytest.raises(TooLateError, match="Maya has it now"):
        claim(asked.pk, by=tom)
    assert len(history(asked)) == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda pk, by: release(pk, by=by),
        lambda pk, by: resolve(pk, by=by, resolution="done"),
        lambda pk, by: assign(pk, by=by, to=by, seen_with=None),
    ],
)
def test_what_a_colleague_has_is_not_taken_unseen(
    act: Callable[[int, User], None], asked: Escalation, maya: User, tom: User
) -> None:
    claim(asked.pk, by=maya)
    with pytest.raises(TooLateError, match="Maya has it now"):
        act(asked.pk, tom)
    asked.refresh_from_db()
    assert (asked.state, asked.claimed_by) == ("claimed", maya)


def test_it_is_handed_over_only_from_who_was_seen_with_it(asked: Escalation, maya: User, tom: User) -> None:
    claim(asked.pk, by=maya)
    assign(asked.pk, by=tom, to=tom, seen_with=maya.pk)
    with pytest.raises(TooLateError, match="Tom has it now"):
        assign(asked.pk, by=maya, to=maya, seen_with=maya.pk)


def test_a_resolved_one_stays_resolved(asked: Escalation, maya: User, tom: User) -> None:
    resolve(asked.pk, by=maya, resolution="done")
    with pytest.raises(TooLateError, match="resolved already"):
        claim(asked.pk, by=tom)


def test_a_resolution_says_something(asked: Escalation, maya: User) -> None:
    with pytest.raises(NoResolutionError):
        resolve(asked.pk, by=maya, resolution=" \n ")
    assert len(history(asked)) == 1


def test_it_is_given_only_to_who_may_work_on_it(asked: Escalation, maya: User) -> None:
    with pytest.raises(CannotTakeError):
        assign(asked.pk, by=maya, to=person("vera", "viewer"), seen_with=None)
    gone = person("gone")
    gone.is_active = False
    with pytest.raises(CannotTakeError):
        assign(asked.pk, by=maya, to=gone, seen_with=None)


def test_whoever_watches_is_told_after_the_commit(
    asked: Escalation, maya: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(live, "publish", lambda topic, payload: told.append((topic, payload)))
    with django_capture_on_commit_callbacks(execute=True):
        claim(asked.pk, by=maya)
        assert told == []
    assert told == [("calls", {"ids": ["escalations", "c1"]})]


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_claim_at_once_one_wins_and_the_other_is_told() -> None:
    escalation = Escalation.objects.create(reason="wants a person")
    maya, tom = User.objects.create_user("maya"), User.objects.create_user("tom")
    first_has_it, outcome = threading.Event(), list[str]()

    def second() -> None:
        first_has_it.wait(10)
        try:
            claim(escalation.pk, by=tom)
            outcome.append("won")
        except TooLateError as error:
            outcome.append(str(error))
        connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        claim(escalation.pk, by=maya)  # not committed yet: the second one waits for this row
        first_has_it.set()
        thread.join(0.5)
        assert outcome == []
    thread.join(10)

    escalation.refresh_from_db()
    assert (escalation.claimed_by, outcome) == (maya, ["maya has it now."])
    assert list(escalation.events.values_list("by", flat=True)) == [maya.pk]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_claim_at_once_exactly_one_wins() -> None:
    escalation = Escalation.objects.create(reason="wants a person")
    people = [User.objects.create_user(f"p{number}") for number in range(6)]
    start, winners, losers = threading.Barrier(6), list[User](), list[User]()

    def race(one: User) -> None:
        start.wait()
        try:
            claim(escalation.pk, by=one)
            winners.append(one)
        except TooLateError:
            losers.append(one)
        connection.close()

    threads = [threading.Thread(target=race, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    escalation.refresh_from_db()
    assert (winners, len(losers)) == ([escalation.claimed_by], 5)
    assert escalation.events.count() == 1
