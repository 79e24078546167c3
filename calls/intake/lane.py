"""The webhook as a bare ASGI application, ahead of Django: no spooling to disk, no middleware, a pool of its own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connections

from calls.answers.reply import NOTHING, Reply, as_reply
from calls.answers.tool_calls import being_worked_on
from calls.intake import tally
from calls.intake.accepted import after_commit, reply_to
from calls.intake.cause import Cause
from calls.intake.endpoints import MAIN, name_in
from calls.intake.group_commit import FullError, GroupCommit, NotStoredError
from calls.intake.inbox import EventRows
from calls.intake.limits import MAX_BODY_BYTES, InFlight, in_flight
from calls.intake.patience import Patience
from calls.intake.promises import MAKE, settle
from calls.intake.receive import (
    BUSY,
    NOT_STORED,
    TOO_LARGE_TO_READ,
    Accepted,
    Refused,
    receive,
    refuse_headers,
)
from calls.intake.turns import Turns, is_waited_for
from calls.message import Message

Scope = MutableMapping[str, Any]
ReceiveEvent = Callable[[], Awaitable[MutableMapping[str, Any]]]
SendEvent = Callable[[MutableMapping[str, Any]], Awaitable[None]]

READ_TIMEOUT_S = 20.0
REPLY_THREADS = 16
BUDGETED = ("tool-calls",)
WAY_BACK_S = 0.05
# A promise is written down before it is made; who waits for it waits no longer than that.
PROMISED_WITHIN_S = 0.05
# What is owed is tried again after these pauses; later than that, nobody waits for it on the phone.
OWED_AFTER_S = (0, 1, 2, 4, 8, 15, 30)
OWED_AT_THE_END_S = 3.0
ALSO_SAID = {503: [(b"retry-after", b"1")], 405: [(b"allow", b"POST")]}
TOO_SLOW = Refused(408, Cause.TOO_SLOW, "The body did not arrive in time.")

log = logging.getLogger(__name__)


class ClientGoneError(Exception):
    pass


class Lane:
    """Opened and closed with the process; `matches` says which requests are its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(REPLY_THREADS, thread_name_prefix="lane-reply")
        self._commits = GroupCommit(connection_parameters)
        self._turns = Turns()
        self._reading = Patience[HeldBody](READ_TIMEOUT_S, HeldBody.give_up)
        self._owing: set[asyncio.Task[None]] = set()
        self._answering = set[asyncio.Future[Reply]]()

    async def open(self) -> None:
        """Does not wait for the database: while it is away, deliveries get 503."""
        await self._commits.open()

    async def close(self) -> None:
        """What was received is committed first."""
        await self._commits.close()
        if self._owing:
            await asyncio.wait(self._owing, timeout=OWED_AT_THE_END_S)
        for owing in self._owing:
            owing.cancel()
        self._threads.shutdown(wait=True)

    def is_busy(self) -> bool:
        """Whether a caller waits for an answer, or deliveries give way already."""
        return bool(self._answering or self._turns.waiting)

    @staticmethod
    def matches(scope: Scope) -> bool:
        return scope["type"] == "http" and name_in(scope["path"]) is not None

    async def __call__(self, scope: Scope, receive_event: ReceiveEvent, send: SendEvent) -> None:
        if scope["method"] != "POST":
            return await answer(send, 405, as_reply({"error": "Send a POST."}))
        endpoint = name_in(scope["path"]) or MAIN
        headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
        if refused := refuse_headers(headers, endpoint):
            return await respond(send, refused, endpoint)
        held = HeldBody(in_flight)
        try:
            body = await held.read(receive_event, self._reading)
            outcome = body if isinstance(body, Refused) else await self._deliver(headers, body, endpoint)
            await respond(send, outcome, endpoint)
        except ClientGoneError:
            return None
        finally:
            held.release()
        return None

    async def _deliver(self, headers: dict[str, bytes], body: bytes, endpoint: str) -> Refused | Reply:
        now, came_s = datetime.now(UTC), time.monotonic()
        if not is_waited_for(body) and (turn := self._turns.next(len(body))):
            await turn
        outcome = receive(headers, body, now, endpoint)
        if isinstance(outcome, Refused):
            return outcome
        outcome.message.came_s = came_s  # giving way is part of what an answer may take
        if outcome.rows is not None and (failed := await self._store(outcome.rows)):
            return failed
        tally.accepted(endpoint, outcome.message.type)
        after_commit(outcome, int(now.timestamp() * 1000))
        return await self._answer(outcome) if outcome.wants_reply else NOTHING

    async def _store(self, rows: EventRows) -> Refused | None:
        try:
            await self._commits.store(rows)
        except FullError:
            return BUSY
        except NotStoredError:
            return NOT_STORED
        return None

    async def _answer(self, accepted: Accepted) -> Reply:
        """Tool calls are answered within their budget, whatever holds the thread; the answer then follows."""
        message = accepted.message
        working = asyncio.get_running_loop().run_in_executor(self._threads, in_thread, message)
        self._answering.add(working)
        working.add_done_callback(self._answering.discard)
        if message.type not in BUDGETED or accepted.rows is None:
            return await working
        answered_by_s = message.came_s + settings.TOOL_BUDGET_MS / 1000 - WAY_BACK_S - PROMISED_WITHIN_S
        try:
            return await asyncio.wait_for(asyncio.shield(working), max(answered_by_s - time.monotonic(), 0))
        except TimeoutError:
            await self._promise(message, accepted.rows.event_id, working)
            return as_reply(being_worked_on(message))
        finally:
            tally.answered(message)

    async def _promise(self, message: Message, event_id: UUID, working: asyncio.Future[Reply]) -> None:
        """Where the database is away, this process alone knows of it."""
        writing = self._kept(self._commits.write(MAKE, [event_id]))
        self._kept(self._owe(message, event_id, working))
        await asyncio.wait([writing], timeout=PROMISED_WITHIN_S)

    def _kept(self, owing: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(owing)
        self._owing.add(task)
        task.add_done_callback(self._owing.discard)
        return task

    async def _owe(self, message: Message, event_id: UUID, working: asyncio.Future[Reply]) -> None:
        """The caller was told that it is being worked on: also where the database went away in the middle of it."""
        await asyncio.wait([working])
        for pause_s in OWED_AFTER_S:
            await asyncio.sleep(pause_s)
            if await asyncio.get_running_loop().run_in_executor(self._threads, settle, message, event_id):
                return
            await self._commits.write(MAKE, [event_id])  # where the database was away before
        log.error("what was promised in %s was not done yet", message.call_id)


class HeldBody:
    """A body being read, counted against what the process may hold."""

    def __init__(self, counter: InFlight) -> None:
        self._counter = counter
        self._chunks: list[bytes] = []
        self._held_bytes = 0
        self._reading: asyncio.Task[Any] | None = None
        self._too_slow = False

    async def read(self, receive_event: ReceiveEvent, patience: Patience[HeldBody]) -> bytes | Refused:
        """As asyncio.timeout does it, for a fraction of its price: most bodies are there already."""
        self._reading = asyncio.current_task()
        patience.begin(self)
        try:
            return await self._read(receive_event)
        except asyncio.CancelledError:
            if self._too_slow and self._reading and not self._reading.uncancel():
                return TOO_SLOW
            raise
        finally:
            patience.end(self)

    def give_up(self) -> None:
        self._too_slow = self._reading is not None and self._reading.cancel()

    async def _read(self, receive_event: ReceiveEvent) -> bytes | Refused:
        while True:
            event = await receive_event()
            if event["type"] == "http.disconnect":
                raise ClientGoneError
            if refused := self._add(event.get("body", b"")):
                return refused
            if not event.get("more_body", False):
                return b"".join(self._chunks)

    def _add(self, chunk: bytes) -> Refused | None:
        if self._held_bytes + len(chunk) > MAX_BODY_BYTES:
            return TOO_LARGE_TO_READ
        if not self._counter.take(len(chunk)):
            return BUSY
        self._held_bytes += len(chunk)
        self._chunks.append(chunk)
        return None

    def release(self) -> None:
        self._counter.give_back(self._held_bytes)
        self._held_bytes = 0


def in_thread(message: Message) -> Reply:
    """The tools are synchronous: they talk to the database."""
    try:
        return reply_to(message)
    finally:
        close_old_connections()


def connection_parameters() -> dict[str, Any]:
    """The same database that Django uses, also while tests have swapped it."""
    parameters = connections["default"].get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "application_name", "connect_timeout", "sslmode")
    return {name: parameters[name] for name in names if name in parameters} | {"autocommit": True}


async def respond(send: SendEvent, outcome: Refused | Reply, endpoint: str) -> None:
    if isinstance(outcome, Refused):
        tally.refused(endpoint, outcome.cause)
        await answer(send, outcome.status, as_reply({"error": outcome.reason} if outcome.reason else {}))
    else:
        await answer(send, 200, outcome)


async def answer(send: SendEvent, status: int, reply: Reply) -> None:
    headers = [(b"content-type", reply.content_type.encode()), (b"content-length", b"%d" % len(reply.body))]
    headers += ALSO_SAID.get(status, [])
    with suppress(OSError):
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})
