"""Breaker and limit: a CRM that is down is left alone soon, and slows no other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tickets.crm import breaker as breakers
from tickets.crm import errors, shared
from tickets.crm.breaker import CLOSED, HALF_OPEN, OPEN, Breaker
from tickets.crm.guard import FAIR_S, Guarded, breaker
from tickets.crm.limit import running, under_way
from tickets.tests.crm.far_ends import FarEnd, zendesk


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    client = shared.client(django_settings.REDIS_URL)

    def forget() -> None:
        keys = list(client.scan_iter("crm:*"))
        if keys:
            client.delete(*keys)
        breaker.cache_clear()

    forget()
    yield
    forget()


@pytest.fixture
def far_end(tmp_path: Any) -> Iterator[FarEnd]:
    with zendesk(tmp_path) as found:
        yield found


def ask(guarded: Guarded) -> type[Exception] | None:
    try:
        guarded.find_by_number("1", timeout_s=FAIR_S)
    except errors.CrmError as error:
        return type(error)
    return None


def test_a_crm_that_is_down_is_not_asked_after_three_failures_and_comes_back(
    far_end: FarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert far_end.knobs
    monkeypatch.setattr(breakers, "OPEN_S", 0.3)
    guarded = Guarded(far_end.adapter)
    far_end.knobs(is_down=True)
    assert [ask(guarded) for _ in range(5)] == [errors.BrokenError] * 3 + [errors.BreakerOpenError] * 2
    assert breaker("zendesk").state() == OPEN
    far_end.knobs(is_down=False)
    time.sleep(0.35)
    assert breaker("zendesk").state() == HALF_OPEN
    assert [ask(guarded) for _ in range(3)] == [None, None, None]
    assert breaker("zendesk").state() == CLOSED


def test_another_process_knows_it_too(far_end: FarEnd) -> None:
    assert far_end.knobs
    far_end.knobs(is_down=True)
    for _ in range(3):
        ask(Guarded(far_end.adapter))
    breaker.cache_clear()
    assert ask(Guarded(far_end.adapter)) is errors.BreakerOpenError


def test_without_redis_a_process_goes_by_what_it_saw(far_end: FarEnd, settings: Any) -> None:
    assert far_end.knobs
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    far_end.knobs(is_down=True)
    guarded = Guarded(far_end.adapter)
    assert [ask(guarded) for _ in range(5)] == [errors.BrokenError] * 3 + [errors.BreakerOpenError] * 2


def test_a_refusal_and_a_callers_short_patience_are_no_failures_of_the_crm(far_end: FarEnd) -> None:
    assert far_end.knobs
    guarded = Guarded(far_end.adapter)
    far_end.knobs(latency_s=0.3)
    for _ in range(5):
        with pytest.raises(errors.TooSlowError):
            guarded.find_by_number("1", timeout_s=0.05)
    far_end.knobs(latency_s=0)
    assert ask(guarded) is None
    assert breaker("zendesk").state() == CLOSED


def test_one_crm_down_slows_no_other(far_end: FarEnd, tmp_path: Any) -> None:
    assert far_end.knobs
    far_end.knobs(is_down=True)
    for _ in range(4):
        ask(Guarded(far_end.adapter))
    assert breaker("zendesk").state() == OPEN
    breaker("request-tracker").before()
    with under_way("request-tracker", 1):
        assert running("zendesk") == 0


def test_no_more_than_its_share_is_under_way(settings: Any) -> None:
    settings.CRM_MOST_AT_ONCE = 2
    with under_way("zendesk", 5), under_way("zendesk", 5):
        assert running("zendesk") == 2
        with pytest.raises(errors.BusyError), under_way("zendesk", 5):
            pass
    assert running("zendesk") == 0


def test_the_place_of_a_process_that_died_is_free_again(settings: Any) -> None:
    settings.CRM_MOST_AT_ONCE = 1
    client = shared.client(settings.REDIS_URL)
    client.zadd("crm:zendesk:running", {"of a dead process": time.time() - 1})
    with under_way("zendesk", 5):
        assert running("zendesk") == 1


def test_a_read_is_tried_once_more_where_no_connection_was_made() -> None:
    class Flaky:
        name = "flaky"
        capabilities: Any = None
        asked = 0

        def find_by_number(self, number: str, *, timeout_s: float) -> None:
            self.asked += 1
            if self.asked == 1:
                raise errors.UnreachableError

        def create(self, new: Any, *, key: str, timeout_s: float) -> None:
            self.asked += 1
            raise errors.UnreachableError

    flaky: Any = Flaky()
    Guarded(flaky).find_by_number("1", timeout_s=1)
    assert flaky.asked == 2
    with pytest.raises(errors.UnreachableError):
        Guarded(flaky).create(None, key="", timeout_s=1)  # type: ignore[arg-type]
    assert flaky.asked == 3


class BreakerMachine(RuleBasedStateMachine):
    """By what one process sees, with a clock of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = 1_000.0
        self.breaker = Breaker("machine", now=lambda: self.clock)

    @rule(seconds=st.floats(0.01, 20))
    def wait(self, seconds: float) -> None:
        self.clock += seconds

    @rule(good=st.booleans())
    def ask(self, good: bool) -> None:
        was = self.breaker._state_alone()
        try:
            self._before()
        except errors.BreakerOpenError:
            assert was in (OPEN, HALF_OPEN)
            return
        assert was in (CLOSED, HALF_OPEN)
        self._after(good)
        if was == HALF_OPEN:
            assert self.breaker._state_alone() == (CLOSED if good else OPEN)

    def _before(self) -> None:
        if not self.breaker._may_ask_alone():
            raise errors.BreakerOpenError

    def _after(self, good: bool) -> None:
        self.breaker.seen.outcomes.append((self.clock, good))
        self.breaker._record_alone(good)

    @invariant()
    def it_opens_only_for_cause(self) -> None:
        """As things stood at the last outcome: what is forgotten since, with time, opens nothing."""
        outcomes = self.breaker.seen.outcomes
        if self.breaker.seen.opened_at is None and outcomes:
            since = outcomes[-1][0] - breakers.WINDOW_S
            recent = [good for at, good in outcomes if at > since]
            assert not breakers.is_too_bad(sum(recent), len(recent) - sum(recent)) or recent[-1]


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = hypothesis_settings(max_examples=60, stateful_step_count=30)
