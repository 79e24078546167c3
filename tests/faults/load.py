"""Deliveries at a fixed rate, however the other side fares, and what became of each.

Open loop: a delivery goes out at its appointed time, whether the last one was answered or not. Each is unique and
leaves an effect that can be counted: a word in its call's transcript, or a ticket.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from calls.answers.ledger import IN_PROGRESS

# As long as Vapi waits.
PATIENCE_S = 20.0
EVENTS_A_CALL = 8
TICKET = EVENTS_A_CALL - 1
HANGS_UP = 0.05


@dataclass
class Sent:
    """One event. `answers` has one for each delivery: its HTTP status, or None where no answer came."""

    call_id: str
    stamp_ms: int
    word: str
    opens_ticket: bool
    answers: list[int | None] = field(default_factory=list)
    told: str = ""

    @property
    def key(self) -> tuple[str, int]:
        return self.call_id, self.stamp_ms

    @property
    def is_accepted(self) -> bool:
        return 200 in self.answers

    @property
    def is_done(self) -> bool:
        """As the caller was told. "Something went wrong" and "it is being worked on" do not say so."""
        return self.is_accepted and (not self.opens_ticket or ('"result":' in self.told and not self.is_being_done))

    @property
    def is_being_done(self) -> bool:
        return str(IN_PROGRESS.result) in self.told

    @property
    def is_refused(self) -> bool:
        """Each time, and for good: 503 leaves open whether it is stored."""
        return all(answer is not None and 400 <= answer < 500 for answer in self.answers)

    def body(self) -> bytes:
        call = {"id": self.call_id, "type": "webCall"}
        return json.dumps({"message": {"timestamp": self.stamp_ms, "call": call} | self._own_fields()}).encode()

    def _own_fields(self) -> dict[str, Any]:
        if self.opens_ticket:
            arguments = {"issue": f"The parcel {self.word} never came"}
            function = {"name": "createTicket", "arguments": arguments}
            return {"type": "tool-calls", "toolCallList": [{"id": self.word, "type": "function", "function": function}]}
        return {"type": "transcript", "transcriptType": "final", "role": "user", "transcript": f"I said {self.word}."}


def events() -> Iterator[Sent]:
    """Endless calls of a few events each, a second apart by their own clock."""
    while True:
        call_id, began_ms = str(uuid.uuid4()), int(time.time() * 1000)
        for number in range(EVENTS_A_CALL):
            yield Sent(call_id, began_ms + number * 1000, f"w{uuid.uuid4().hex[:16]}", number == TICKET)


@dataclass
class Load:
    """Runs beside the test, in a thread: `with load: …` hurts the installation meanwhile."""

    port: int
    secret: str
    rate: float = 60.0
    copies: int = 1
    history: list[Sent] = field(default_factory=list)
    # Answer → when the last delivery that got it went out.
    last: dict[int | None, float] = field(default_factory=dict)

    def __enter__(self) -> Load:
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def has_had(self, answer: int, since: float) -> bool:
        """Whether a delivery that went out after `since` got it: what was on its way before does not count."""
        return self.last.get(answer, 0) > since

    async def _run(self) -> None:
        on_their_way: set[asyncio.Task[None]] = set()
        due, source, dice = time.monotonic(), events(), random.Random(1)
        while not self._over.is_set():
            for sent in self._next(source, dice):
                task = asyncio.create_task(self._send(sent, dice.random() < HANGS_UP))
                on_their_way.add(task)
                task.add_done_callback(on_their_way.discard)
                due += 1 / self.rate
                await asyncio.sleep(max(due - time.monotonic(), 0))
        await asyncio.gather(*on_their_way)

    def _next(self, source: Iterator[Sent], dice: random.Random) -> list[Sent]:
        """The next few events, as often as each is delivered; in disorder where that is more than once."""
        fresh = [next(source) for _ in range(EVENTS_A_CALL)]
        self.history += fresh
        several = fresh * self.copies
        if self.copies > 1:
            dice.shuffle(several)
        return several

    async def _send(self, sent: Sent, hangs_up: bool) -> None:
        answer, told, went_out = None, "", time.monotonic()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                answer, told = await self._deliver(sent.body(), hangs_up)
        sent.answers.append(answer)
        sent.told = told or sent.told
        self.last[answer] = max(self.last.get(answer, 0), went_out)

    async def _deliver(self, body: bytes, hangs_up: bool) -> tuple[int | None, str]:
        """A connection for each. Who hangs up does so in the middle of the body, or before the answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            request = self._head(body) + body
            is_cut = hangs_up and body[-20] % 2 == 0
            writer.write(request[: -len(body) // 2] if is_cut else request)
            await writer.drain()
            line = b"" if hangs_up else await reader.readline()
            if not line:
                return None, ""
            return int(line.split()[1]), (await reader.read()).decode()
        finally:
            writer.transport.abort()

    def _head(self, body: bytes) -> bytes:
        signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        lines = ["POST /webhook/vapi HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
        lines += [f"Content-Length: {len(body)}", f"X-Vapi-Signature: {signature}", "Connection: close", "", ""]
        return "\r\n".join(lines).encode()
