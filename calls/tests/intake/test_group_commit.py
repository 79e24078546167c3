"""Many deliveries, one commit: what gathers goes together, what is wrong goes alone, and nothing stops the flushers."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg
import pytest

from calls.intake import group_commit, tally
from calls.intake.envelope import open_envelope
from calls.intake.group_commit import FullError, GroupCommit, NotStoredError
from calls.intake.inbox import EventRows, event_rows
from calls.intake.lane import connection_parameters
from calls.models import AssistantSnapshot, Event, MonitorUrls, Pending
from calls.tests.conftest import load

pytestmark = pytest.mark.django_db(transaction=True)
number = itertools.count()


def an_event(call_id: str = "", **fields: Any) -> EventRows:
    one = next(number)
    call = {"id": call_id or f"call-{one}", "monitor": {"controlUrl": f"https://x.vapi.ai/{call_id or one}/control"}}
    envelope = load("status-update__in-progress", **{"timestamp": 1_795_244_400_000 + one, "call": call} | fields)
    raw = msgspec.json.encode(envelope)
    return event_rows(open_envelope(raw), len(raw), datetime.now(UTC))


@asynccontextmanager
async def opened() -> AsyncIterator[GroupCommit]:
    commits = GroupCommit(connection_parameters)
    await commits.open()
    try:
        yield commits
    finally:
        await commits.close()


@asynccontextmanager
async def nobody_can_commit() -> AsyncIterator[None]:
    """The table is locked as by a long migration; what is being stored waits."""
    parameters = connection_parameters() | {"autocommit": False}
    async with await psycopg.AsyncConnection.connect(**parameters) as connection:
        await connection.execute("LOCK TABLE calls_event IN ACCESS EXCLUSIVE MODE")
        yield
        await connection.rollback()


def play(test: Callable[[GroupCommit], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        async with opened() as commits:
            await test(commits)

    asyncio.run(run())


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each commit tried."""
    sizes: list[int] = []
    commit = group_commit._commit

    async def counted(pool: Any, batch: Any) -> None:
        sizes.append(len(batch))
        await commit(pool, batch)

    monkeypatch.setattr(group_commit, "_commit", counted)
    return sizes


def test_what_gathers_while_a_commit_runs_goes_into_the_next(batches: list[int]) -> None:
    async def test(commits: GroupCommit) -> None:
        async with nobody_can_commit():
            first = [asyncio.create_task(commits.store(an_event())) for _ in range(2)]
            await asyncio.sleep(0.3)
            rest = [asyncio.create_task(commits.store(an_event())) for _ in range(600)]
            await asyncio.sleep(0)
            assert commits.waiting + sum(batches) >= 600
            assert not any(one.done() for one in (*first, *rest))
        await asyncio.gather(*first, *rest)

    play(test)
    assert Event.objects.count() == Pending.objects.count() == 602
    assert sum(batches) == 602
    assert max(batches) == group_commit.MOST_ROWS
    assert len(batches) <= 6


def test_what_comes_one_after_another_shares_a_commit(batches: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "GATHERED_FOR_S", 0.5)

    async def test(commits: GroupCommit) -> None:
        await asyncio.gather(commits.store(an_event()), commits.store(an_event()))
        first = asyncio.create_task(commits.store(an_event()))
        await asyncio.sleep(0.05)
        await asyncio.gather(first, commits.store(an_event()))

    play(test)
    assert batches == [2, 2]


def test_one_alone_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "GATHERED_FOR_S", 3600)

    async def test(commits: GroupCommit) -> None:
        for _ in range(3):
            await commits.store(an_event())

    play(test)
    assert Event.objects.count() == 3


def test_returning_means_committed() -> None:
    async def test(commits: GroupCommit) -> None:
        for expected in range(1, 6):
            await commits.store(an_event())
            async with await psycopg.AsyncConnection.connect(**connection_parameters()) as other:
                cursor = await other.execute("SELECT count(*) FROM calls_event")
                assert await cursor.fetchone() == (expected,)

    play(test)


def test_a_poisonous_row_takes_no_other_with_it() -> None:
    poison = an_event()
    poison.parameters["type"] = "no such text \x00"

    async def test(commits: GroupCommit) -> None:
        async with nobody_can_commit():
            blocked = [asyncio.create_task(commits.store(an_event())) for _ in range(2)]
            await asyncio.sleep(0.3)
            stored = [asyncio.create_task(commits.store(rows)) for rows in (an_event(), poison, an_event())]
            await asyncio.sleep(0)
        outcomes = await asyncio.gather(*blocked, *stored, return_exceptions=True)
        assert [type(one) for one in outcomes].count(NotStoredError) == 1
        assert isinstance(outcomes[3], NotStoredError)
        await commits.store(an_event())

    play(test)
    assert Event.objects.count() == 5


def test_who_hangs_up_stops_nobody() -> None:
    async def test(commits: GroupCommit) -> None:
        async with nobody_can_commit():
            tasks = [asyncio.create_task(commits.store(an_event())) for _ in range(10)]
            await asyncio.sleep(0.3)
            for gone in tasks[::2]:
                gone.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert outcomes[1::2] == [None] * 5
        await commits.store(an_event())

    play(test)
    assert 6 <= Event.objects.count() <= 11


def test_a_full_queue_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MOST_WAITING", 3)

    async def test(commits: GroupCommit) -> None:
        async with nobody_can_commit():
            running = []
            for _ in range(2):
                running.append(asyncio.create_task(commits.store(an_event())))
                await asyncio.sleep(0.2)
            waiting = [asyncio.create_task(commits.store(an_event())) for _ in range(3)]
            await asyncio.sleep(0)
            with pytest.raises(FullError):
                await commits.store(an_event())
        await asyncio.gather(*running, *waiting)

    play(test)
    assert Event.objects.count() == 5


def test_connections_that_the_server_has_closed_are_replaced() -> None:
    async def test(commits: GroupCommit) -> None:
        for _ in range(3):
            await asyncio.gather(*(commits.store(an_event()) for _ in range(4)))
            async with await psycopg.AsyncConnection.connect(**connection_parameters()) as other:
                await other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            await commits.store(an_event())

    play(test)
    assert Event.objects.count() == 15


def test_a_database_that_was_away_for_long_is_used_as_soon_as_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "CONNECTION_WITHIN_S", 0.5)
    monkeypatch.setattr(group_commit, "RECONNECTS_FOR_S", 0.2)
    connect = psycopg.AsyncConnection.connect

    async def away(*_: Any, **__: Any) -> Any:
        raise psycopg.OperationalError

    async def test(commits: GroupCommit) -> None:
        with pytest.raises(NotStoredError):
            await commits.store(an_event())
        await asyncio.sleep(1)
        monkeypatch.setattr(psycopg.AsyncConnection, "connect", connect)
        await commits.store(an_event())

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", away)
    play(test)
    assert Event.objects.count() == 1


def test_who_waits_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "STORED_WITHIN_S", 0.2)

    async def test(commits: GroupCommit) -> None:
        async with nobody_can_commit():
            with pytest.raises(NotStoredError):
                await commits.store(an_event())

    play(test)


def test_closing_commits_what_waits_and_takes_nothing_more() -> None:
    async def run() -> None:
        commits = GroupCommit(connection_parameters)
        with pytest.raises(NotStoredError):
            await commits.store(an_event())
        await commits.open()
        waiting = [asyncio.create_task(commits.store(an_event())) for _ in range(700)]
        await asyncio.sleep(0)
        await commits.close()
        assert await asyncio.gather(*waiting) == [None] * 700
        with pytest.raises(NotStoredError):
            await commits.store(an_event())

    asyncio.run(run())
    assert Event.objects.count() == 700


def test_a_bug_in_storing_ends_no_flusher(monkeypatch: pytest.MonkeyPatch) -> None:
    commit = group_commit._commit
    left = [ZeroDivisionError, ZeroDivisionError, ZeroDivisionError]

    async def broken(pool: Any, batch: Any) -> None:
        if left:
            raise left.pop()
        await commit(pool, batch)

    monkeypatch.setattr(group_commit, "_commit", broken)

    async def test(commits: GroupCommit) -> None:
        for _ in range(3):
            with pytest.raises(NotStoredError):
                await commits.store(an_event())
        await commits.store(an_event())

    play(test)
    assert Event.objects.count() == 1


def test_one_event_in_one_batch_and_in_two_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    monkeypatch.setattr(tally, "repeated", counted.append)
    rows = an_event()

    async def test(commits: GroupCommit) -> None:
        await asyncio.gather(*(commits.store(rows) for _ in range(50)))

    play(test)
    assert Event.objects.count() == Pending.objects.count() == 1
    assert sum(counted) == 49


def test_batches_that_share_rows_never_deadlock(caplog: pytest.LogCaptureFixture) -> None:
    """Assistants and calls are shared, the same events come to both processes, in opposite orders."""
    rows = [
        an_event(f"shared-{call}", assistant={"name": f"agent {(call * 7 + turn) % 5}"})
        for call in range(20)
        for turn in range(20)
    ]

    async def run() -> None:
        async with opened() as one, opened() as other:
            there, back = (one.store(row) for row in rows), (other.store(row) for row in reversed(rows))
            await asyncio.gather(*there, *back)

    for _ in range(3):
        asyncio.run(run())
    assert Event.objects.count() == 400
    assert (AssistantSnapshot.objects.count(), MonitorUrls.objects.count()) == (5, 20)
    assert "one by one" not in caplog.text
