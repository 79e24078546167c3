"""A thin client of Vapi's REST API: a call's recording, as the bytes come."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

import httpx
from django.conf import settings

from calls.vapi.address import pinned
from calls.vapi.errors import (
    ForbiddenAddressError,
    GoneError,
    KeyRefusedError,
    NoKeyError,
    NotReadyError,
    NotThereError,
    TooLargeError,
    TooSlowError,
    UpstreamError,
    VapiError,
)
from supportvoice.outgoing import has_allowed_scheme, tls

TIMEOUT = httpx.Timeout(connect=5, read=15, write=10, pool=5)
MOST_REDIRECTS = 3
LARGEST_BYTES = 2_000_000_000  # Vapi's longest call, 12 hours, is 1.4 GB at 16 kHz mono
HEADERS = {"user-agent": "SupportVoice/0.1", "accept": "audio/*, */*;q=0.1", "accept-encoding": "identity"}
AUDIO = re.compile(r"audio/[a-z0-9.+-]{1,40}")

SOUND = {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}
# What the API says of itself; where it points to is only a store of files.
API_ERRORS: dict[int, type[VapiError]] = {
    HTTPStatus.UNAUTHORIZED: KeyRefusedError,
    HTTPStatus.FORBIDDEN: KeyRefusedError,
    HTTPStatus.NOT_FOUND: NotThereError,
    HTTPStatus.GONE: GoneError,
    HTTPStatus.ACCEPTED: NotReadyError,
    HTTPStatus.CONFLICT: NotReadyError,
    HTTPStatus.TOO_EARLY: NotReadyError,
}
STORE_ERRORS: dict[int, type[VapiError]] = {HTTPStatus.NOT_FOUND: NotThereError, HTTPStatus.GONE: GoneError}


@dataclass(frozen=True)
class Sound:
    """Status 200, 206 or 416; the body has not been read yet, and is read within the context it came from."""

    status: int
    headers: dict[str, str]
    body: AsyncIterator[bytes]


@asynccontextmanager
async def mono_recording(call_id: str, wanted: str = "") -> AsyncIterator[Sound]:
    """`wanted` is a Range header. Raises a VapiError, also while the body is read."""
    try:
        async with open_client() as client:
            response = await _recording(client, call_id, {"range": wanted} if wanted else {})
            try:
                yield Sound(response.status_code, _headers(response), _bounded(response))
            finally:
                await response.aclose()
    except httpx.TimeoutException:
        raise TooSlowError from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # Its text may hold a signed link.
        raise UpstreamError(type(error).__name__) from None


def open_client() -> httpx.AsyncClient:
    # Addresses are checked before they are asked, so no proxy of the environment may look them up again.
    return httpx.AsyncClient(verify=tls(), timeout=TIMEOUT, headers=HEADERS, trust_env=False)


async def _recording(client: httpx.AsyncClient, call_id: str, headers: dict[str, str]) -> httpx.Response:
    url = httpx.URL(f"{settings.VAPI_API_URL.rstrip('/')}/call/{quote(call_id, safe='')}/mono-recording")
    answer, errors = await _ask_api(client, url, headers), API_ERRORS
    for _ in range(MOST_REDIRECTS):
        if not answer.has_redirect_location:
            break
        await answer.aclose()
        url = url.join(answer.headers["location"])
        answer, errors = await _ask_store(client, url, headers), STORE_ERRORS
    return await _checked(answer, errors)


async def _ask_api(client: httpx.AsyncClient, url: httpx.URL, headers: dict[str, str]) -> httpx.Response:
    """The only request that carries the key."""
    if not settings.VAPI_API_KEY:
        raise NoKeyError
    if not has_allowed_scheme(url):
        raise ForbiddenAddressError
    key = {"authorization": f"Bearer {settings.VAPI_API_KEY}"}
    return await client.send(client.build_request("GET", url, headers=headers | key), stream=True)


async def _ask_store(client: httpx.AsyncClient, url: httpx.URL, headers: dict[str, str]) -> httpx.Response:
    client.cookies.clear()
    where, host, tls = await pinned(url)
    return await client.send(client.build_request("GET", where, headers=headers | host, extensions=tls), stream=True)


async def _checked(answer: httpx.Response, errors: dict[int, type[VapiError]]) -> httpx.Response:
    problem: VapiError | None = None
    if answer.status_code not in SOUND:
        problem = errors.get(answer.status_code, UpstreamError)(f"status {answer.status_code}")
    elif int(answer.headers.get("content-length") or 0) > LARGEST_BYTES:
        problem = TooLargeError()
    if problem:
        await answer.aclose()
        raise problem
    return answer


def _headers(response: httpx.Response) -> dict[str, str]:
    """Of the answer's headers those that say which bytes these are; a browser is never told that they are a page."""
    kept = {name: response.headers[name] for name in ("content-length", "content-range") if name in response.headers}
    ranges = "bytes" if response.status_code != HTTPStatus.OK else response.headers.get("accept-ranges", "none")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kept | {"accept-ranges": ranges, "content-type": kind if AUDIO.fullmatch(kind) else "audio/wav"}


async def _bounded(response: httpx.Response) -> AsyncIterator[bytes]:
    received = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        if received > LARGEST_BYTES:
            raise TooLargeError
        yield chunk
