"""A message to our own address, the way Vapi sends it: by name, over HTTPS, following no redirect."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from django.conf import settings

from calls.doctor.message_types import OWN_TYPE
from calls.vapi.address import pinned
from calls.vapi.client import open_client
from calls.vapi.errors import ForbiddenAddressError, VapiError
from supportvoice.outgoing import is_loopback

WITHIN_S = 10.0
DAY_S = 86_400


class NotAskedError(Exception):
    """The address cannot be asked from here; `str()` says why."""


class UnreachableError(Exception):
    """Asked, and nobody answered; `str()` says what happened."""


@dataclass(frozen=True, slots=True)
class Answered:
    """`days_left`: of the certificate; None without TLS. `leads_to`: where a redirect points."""

    status: int
    days_left: int | None
    leads_to: str = ""


def address(path: str) -> httpx.URL:
    """Raises NotAskedError."""
    if not settings.PUBLIC_URL:
        raise NotAskedError("PUBLIC_URL is not set, so where Vapi reaches this installation is not known.")
    try:
        url = httpx.URL(settings.PUBLIC_URL.rstrip("/") + path)
    except httpx.InvalidURL:
        raise NotAskedError("PUBLIC_URL is no address.") from None
    if is_loopback(url.host) and not settings.LOCAL_MODE:
        raise NotAskedError("PUBLIC_URL is this machine's own. Set it to where Vapi reaches this installation.")
    return url


def harmless_message() -> bytes:
    """Belongs to no call, and asks for nothing."""
    return json.dumps({"message": {"type": OWN_TYPE, "timestamp": time.time_ns() // 1_000_000}}).encode()


def post(url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> Answered:
    """Raises NotAskedError, UnreachableError."""
    return asyncio.run(_post(url, body, {"content-type": "application/json", **headers}))


async def _post(url: httpx.URL, body: bytes, headers: dict[str, str]) -> Answered:
    try:
        async with asyncio.timeout(WITHIN_S), open_client() as client:
            where, host, tls = await pinned(url)
            request = client.build_request("POST", where, content=body, headers=headers | host, extensions=tls)
            answer = await client.send(request, stream=True)
            try:
                return _answered(answer)
            finally:
                await answer.aclose()
    except ForbiddenAddressError:
        text = f"{url.host} is inside this network as seen from here, or not https: what Vapi sees is not known."
        raise NotAskedError(text) from None
    except VapiError:
        raise UnreachableError(f"{url.host} has no address: look at its DNS.") from None
    except TimeoutError:
        raise UnreachableError(f"{url.host} did not answer within {WITHIN_S:.0f} s.") from None
    except httpx.HTTPError as error:
        raise UnreachableError(_in_words(url, error)) from None


def _answered(answer: httpx.Response) -> Answered:
    tls = answer.extensions["network_stream"].get_extra_info("ssl_object")
    leads_to = answer.headers.get("location", "") if answer.has_redirect_location else ""
    return Answered(answer.status_code, _days_left(tls) if tls else None, leads_to)


def _days_left(tls: ssl.SSLObject) -> int:
    ends = str((tls.getpeercert() or {})["notAfter"])
    return int((ssl.cert_time_to_seconds(ends) - time.time()) // DAY_S)


def _in_words(url: httpx.URL, error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"The certificate of {url.host} is refused: {cause.verify_message}. Vapi refuses it as well."
        cause = cause.__cause__ or cause.__context__
    return f"{url.host} could not be reached from this machine ({type(error).__name__})."


def in_words(answered: Answered) -> str:
    """What an answer that should not be says of whoever gave it."""
    if answered.leads_to:
        return f"It redirects to {answered.leads_to}. Vapi's messages would be lost: PUBLIC_URL must be where it ends."
    meaning: dict[int, str] = {
        HTTPStatus.NOT_FOUND: "something else answers there, or a proxy changes the path",
        HTTPStatus.BAD_REQUEST: "ALLOWED_HOSTS may lack its name, or a proxy changes the body",
        HTTPStatus.SERVICE_UNAVAILABLE: "nothing can be stored now; look at PostgreSQL and the web process's log",
    }
    return f"It answered {answered.status}: {meaning.get(answered.status, 'this is not our answer')}."
