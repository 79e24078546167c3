"""Steering a running call through its control URL. The URL came in a webhook, so where it leads is checked first.

Source: live call control in Vapi's documentation; ClientInboundMessageAddMessage in its OpenAPI document.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from django.conf import settings

from calls.vapi.address import pinned
from calls.vapi.client import open_client
from calls.vapi.errors import ForbiddenAddressError, VapiError
from supportvoice.outgoing import has_allowed_scheme, is_loopback

WITHIN_S = 2.0
LARGEST_ANSWER_BYTES = 64_000


class ControlError(Exception):
    """`may_be_done`: it may have arrived all the same."""

    may_be_done = False


class CallOverError(ControlError):
    """Vapi takes nothing more for this call."""


class NotSentError(ControlError):
    """Nobody was reached; `str()` says why, for staff."""


class NoAnswerError(ControlError):
    """Sent, and no answer in time."""

    may_be_done = True


def add_message(call_id: str, control_url: str, text: str, *, triggers_reply: bool) -> None:
    """Puts a system message into the conversation; with `triggers_reply` the agent speaks. Raises ControlError."""
    message = {"role": "system", "content": text}
    body = {"type": "add-message", "message": message, "triggerResponseEnabled": triggers_reply}
    asyncio.run(_post(checked(call_id, control_url, "control"), body))


def checked(call_id: str, url: str, action: str) -> httpx.URL:
    """The URL of that call, on a host that may be asked. Raises NotSentError. `action`: control or listen."""
    try:
        found = httpx.URL(url.replace("wss://", "https://", 1) if action == "listen" else url)
    except httpx.InvalidURL:
        raise NotSentError("The address is none.") from None
    is_plain = not (found.userinfo or found.query or found.fragment)
    if not (has_allowed_scheme(found) and _is_known(found) and is_plain):
        raise NotSentError("The address is not one of Vapi's (VAPI_CONTROL_HOSTS).")
    if found.path != f"/{call_id}/{action}":
        raise NotSentError("The address is not that of this call.")
    return found


def _is_known(url: httpx.URL) -> bool:
    """has_allowed_scheme lets this machine through in local mode alone."""
    if settings.LOCAL_MODE and is_loopback(url.host):
        return True
    hosts = settings.VAPI_CONTROL_HOSTS
    port = url.port or 443
    return port == 443 and any(url.host.endswith(host) if host.startswith(".") else url.host == host for host in hosts)


async def _post(url: httpx.URL, body: dict[str, Any]) -> None:
    """No redirect is followed: open_client follows none."""
    try:
        async with asyncio.timeout(WITHIN_S), open_client() as client:
            where, host, tls = await pinned(url)
            key = {"authorization": f"Bearer {settings.VAPI_PUBLIC_KEY}"} if settings.VAPI_PUBLIC_KEY else {}
            request = client.build_request("POST", where, json=body, headers=host | key, extensions=tls)
            answer = await client.send(request, stream=True)
            await answer.aclose()
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise NotSentError(f"No connection ({type(error).__name__}).") from None
    except (ForbiddenAddressError, VapiError) as error:
        raise NotSentError(str(error)) from None
    except (TimeoutError, httpx.HTTPError) as error:
        raise NoAnswerError(f"Sent, and no answer in {WITHIN_S:.0f} s ({type(error).__name__}).") from None
    if not answer.is_success:
        raise CallOverError(f"The call had ended: Vapi answered {answer.status_code}.")
