"""Posts one message as Vapi does: its headers, its patience, no retry unless asked for."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from sandbox.vapi.signature import SCHEMES, VAPIS_OWN, HmacHeaders

HEADERS = {
    "user-agent": "axios/1.8.3",
    "accept": "application/json, text/plain, */*",
    "accept-encoding": "gzip, br",
    "content-type": "application/json",
}
PATIENCE_SECONDS = 20.0
ASSISTANT_REQUEST_SECONDS = 7.5
RETRY_BASE_SECONDS = 1.0
OPEN_REQUESTS = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP exchange: no status means that nobody answered, and `error` says why."""

    status: int | None
    body: bytes
    latency_ms: float
    error: str = ""

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Target:
    url: str
    secret: str = ""
    scheme: str = "secret"
    retries: int = 0
    speed: float = 1.0
    hmac_headers: HmacHeaders = VAPIS_OWN

    def __post_init__(self) -> None:
        if not is_loopback(self.url):
            raise ValueError(f"The sandbox calls loopback addresses only, not {self.url}.")


class Sender:
    def __init__(self, target: Target, client: httpx.AsyncClient) -> None:
        self.target = target
        self.client = client
        # httpx's own queue takes time with the square of its length.
        self._free = asyncio.Semaphore(OPEN_REQUESTS)

    async def post(self, call_id: str, message: dict[str, Any]) -> list[Answer]:
        """All attempts, the last one being what counts."""
        body = msgspec.json.encode({"message": message})
        answers = [await self._attempt(call_id, body, message["type"])]
        while not answers[-1].accepted and len(answers) <= self.target.retries:
            await asyncio.sleep(RETRY_BASE_SECONDS * 2 ** (len(answers) - 1) / self.target.speed)
            answers.append(await self._attempt(call_id, body, message["type"]))
        return answers

    async def _attempt(self, call_id: str, body: bytes, message_type: str) -> Answer:
        limit = ASSISTANT_REQUEST_SECONDS if message_type == "assistant-request" else PATIENCE_SECONDS
        headers = HEADERS | {"x-call-id": call_id, "cookie": f"callId={call_id}"}
        async with self._free:
            headers |= SCHEMES[self.target.scheme](self.target.secret, body, self.target.hmac_headers)
            began = time.perf_counter()
            try:
                async with asyncio.timeout(limit):
                    response = await self.client.post(self.target.url, content=body, headers=headers)
            except TimeoutError:
                return Answer(None, b"", _since(began), f"no answer in {limit:g} s")
            except httpx.HTTPError as error:
                return Answer(None, b"", _since(began), type(error).__name__)
            return Answer(response.status_code, response.content, _since(began))


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


@asynccontextmanager
async def open_sender(target: Target) -> AsyncIterator[Sender]:
    # The environment's proxy must never see a call that is meant for this machine.
    limits = httpx.Limits(max_connections=OPEN_REQUESTS, keepalive_expiry=20)
    async with httpx.AsyncClient(timeout=None, trust_env=False, limits=limits) as client:  # noqa: S113
        yield Sender(target, client)


def is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return parts.hostname == "localhost"


async def is_listening(url: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(parts.hostname, port), timeout=3)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
