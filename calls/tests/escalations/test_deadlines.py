"""How long somebody who asked for a person may wait, and what is an error of its settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.escalations.deadlines import check_deadlines, due_at, is_overdue, overdue, to_do, was_late
from calls.models import Escalation

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def asked(state: str, seconds_ago: float = 0, **fields: object) -> Escalation:
    return Escalation(state=state, created_at=NOW - timedelta(seconds=seconds_ago), **fields)


def test_each_step_has_its_own_time_and_both_run_from_the_asking() -> None:
    assert (due_at(asked("open")), to_do(asked("open"))) == (NOW + timedelta(minutes=5), "claim")
    assert (due_at(asked("claimed")), to_do(asked("claimed"))) == (NOW + timedelta(hours=4), "resolve")
    assert due_at(asked("resolved")) is None


def test_what_is_resolved_is_late_or_not_and_never_overdue() -> None:
    in_time, late = (asked("resolved", 20_000, resolved_at=NOW - timedelta(seconds=s)) for s in (6_000, 5_000))
    assert (was_late(in_time), was_late(late)) == (False, True)
    assert not is_overdue(late, NOW)
    assert not was_late(asked("claimed", 20_000))


@pytest.mark.django_db
def test_the_database_says_the_same_as_the_page() -> None:
    for state in ("open", "claimed", "resolved"):
        for seconds_ago in (299, 301, 14_399, 14_401):
            Escalation.objects.create(state=state, created_at=NOW - timedelta(seconds=seconds_ago), reason="asked")
    found = set(Escalation.objects.filter(overdue(NOW)))
    assert found == {one for one in Escalation.objects.all() if is_overdue(one, NOW)}
    assert len(found) == 4


@pytest.mark.parametrize("wrong", ["", "0", "-5", "5m", "1.5", "٣٠٠", "9" * 12])
@pytest.mark.parametrize("name", ["ESCALATION_CLAIM_S", "ESCALATION_RESOLVE_S"])
def test_a_setting_that_is_no_time_is_an_error_that_names_it(name: str, wrong: str, settings: Any) -> None:
    setattr(settings, name, wrong)
    (error,) = check_deadlines()
    assert (error.id, name in error.msg, repr(wrong) in error.msg) == ("calls.E020", True, True)


def test_claiming_may_not_take_longer_than_resolving(settings: Any) -> None:
    assert check_deadlines() == []
    settings.ESCALATION_CLAIM_S = "14401"
    assert [error.id for error in check_deadlines()] == ["calls.E021"]


@given(st.text(max_size=12))
def test_no_text_makes_the_check_raise(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.ESCALATION_CLAIM_S", text)
        assert all(error.id in ("calls.E020", "calls.E021") for error in check_deadlines())
