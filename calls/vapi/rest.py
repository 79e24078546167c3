"""Vapi's REST API for what is configured (list, read, create, change, delete) and for calls (read).

Asks again where Vapi is busy (429) or fails (5xx), never where a creation may have been done. Raises RestError.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
from django.conf import settings

from supportvoice.outgoing import is_allowed_address, tls

TIMEOUT = httpx.Timeout(20, connect=5)
PATHS = {"assistant": "assistant", "tool": "tool", "squad": "squad", "structured-output": "structured-output"}
PAGE = 100
CALLS_PAGE = 100  # of up to 1000, for a call comes with all that was said in it
MOST_PAGES = 100
ATTEMPTS = 5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
AGAIN = {HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)}
WHERE_THE_KEY_IS = "Its private key is in Vapi's dashboard under Organisation, API keys."


class RestError(Exception):
    """One sentence for people. `status` is 0 where there was no answer; `may_be_done`: nobody knows whether it was."""

    def __init__(self, sentence: str, *, status: int = 0, may_be_done: bool = False) -> None:
        super().__init__(sentence)
        self.status = status
        self.may_be_done = may_be_done


class Rest:
    """One conversation with the API. `pause` waits between attempts, in seconds."""

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        if not settings.VAPI_API_KEY:
            raise RestError(f"No Vapi key is set: VAPI_API_KEY. {WHERE_THE_KEY_IS}")
        if not is_allowed_address(settings.VAPI_API_URL):
            raise RestError("VAPI_API_URL must begin with https://.")
        self._pause = pause
        self._client = httpx.Client(
            base_url=f"{settings.VAPI_API_URL.rstrip('/')}/",
            timeout=TIMEOUT,
            verify=tls(),
            trust_env=False,
            headers={"authorization": f"Bearer {settings.VAPI_API_KEY}", "user-agent": "SupportVoice/0.1"},
        )

    def __enter__(self) -> Rest:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def clock(self) -> datetime | None:
        """What Vapi's clock says, in whole seconds. The cheapest question that needs the key."""
        answer = self._send("GET", PATHS["assistant"], params={"limit": 1})
        _read(answer, "GET", PATHS["assistant"])
        try:
            return parsedate_to_datetime(answer.headers.get("date", ""))
        except ValueError:
            return None

    def calls(self, since: datetime, until: datetime, before: str = "") -> list[dict[str, Any]]:
        """One page of the calls changed after `since` up to `until`, the newest first; `before`: created by then."""
        query = {"limit": str(CALLS_PAGE), "updatedAtGt": iso(since), "updatedAtLe": iso(until)}
        answer = self._ask("GET", "call", params=query | ({"createdAtLe": before} if before else {}))
        if not isinstance(answer, list):
            raise RestError("Vapi answered GET /call with what is no list.")
        return [row for row in answer if isinstance(row, dict)]

    def list(self, kind: str) -> list[dict[str, Any]]:
        """All of them. Some lists are bare and paged by time, newer ones come with their number of pages."""
        found: dict[str, dict[str, Any]] = {}
        query: dict[str, Any] = {"limit": PAGE}
        for page in range(2, MOST_PAGES):
            answer = self._ask("GET", PATHS[kind], params=query)
            rows = answer.get("results", []) if isinstance(answer, dict) else answer
            new = [row for row in rows if row["id"] not in found]
            found |= {row["id"]: row for row in new}
            if len(rows) < PAGE or not new:
                break
            query["page" if isinstance(answer, dict) else "createdAtLe"] = (
                page if isinstance(answer, dict) else rows[-1]["createdAt"]
            )
        return list(found.values())

    def get(self, kind: str, vapi_id: str) -> dict[str, Any] | None:
        try:
            return self._one("GET", kind, vapi_id)
        except RestError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def call(self, vapi_id: str) -> dict[str, Any] | None:
        try:
            found = self._ask("GET", f"call/{quote(vapi_id, safe='')}")
        except RestError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return found if isinstance(found, dict) else None

    def create(self, kind: str, document: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._ask("POST", PATHS[kind], json=document)
        return answer

    def change(self, kind: str, vapi_id: str, document: dict[str, Any]) -> dict[str, Any]:
        """Vapi replaces each key that is named, whole."""
        return self._one("PATCH", kind, vapi_id, json=document)

    def delete(self, kind: str, vapi_id: str) -> None:
        self._one("DELETE", kind, vapi_id)

    def _one(self, method: str, kind: str, vapi_id: str, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._ask(method, f"{PATHS[kind]}/{quote(vapi_id, safe='')}", **more)
        return answer

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        for attempt in range(1, ATTEMPTS + 1):
            answer = self._send(method, path, **more)
            if answer.status_code not in AGAIN or attempt == ATTEMPTS or _may_be_done(method, answer):
                return _read(answer, method, path)
            self._pause(_pause_s(answer, attempt))
        raise AssertionError("unreachable")

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **more)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise RestError(f"Vapi could not be reached ({method} /{path}).") from None
        except httpx.HTTPError as error:
            sentence = f"Vapi did not answer ({method} /{path}: {type(error).__name__})."
            raise RestError(sentence, may_be_done=method == "POST") from None


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _may_be_done(method: str, answer: httpx.Response) -> bool:
    return method == "POST" and answer.status_code != HTTPStatus.TOO_MANY_REQUESTS


def _pause_s(answer: httpx.Response, attempt: int) -> float:
    told = answer.headers.get("retry-after", "")
    return min(float(told) if told.isdigit() else FIRST_PAUSE_S * 2 ** (attempt - 1), LONGEST_PAUSE_S)


def _read(answer: httpx.Response, method: str, path: str) -> Any:
    if answer.is_success:
        try:
            return answer.json() if answer.content else {}
        except ValueError:
            raise RestError(
                f"Vapi answered {method} /{path} with what is no JSON.", status=answer.status_code
            ) from None
    may_be_done = method == "POST" and answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    raise RestError(_sentence(answer, method, path), status=answer.status_code, may_be_done=may_be_done)


def _sentence(answer: httpx.Response, method: str, path: str) -> str:
    if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"Vapi refused the key in VAPI_API_KEY. {WHERE_THE_KEY_IS}"
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return f"Vapi is too busy for us ({method} /{path}, {ATTEMPTS} attempts). Try again in a minute."
    if answer.has_redirect_location:
        return f"Vapi redirects {method} /{path}: VAPI_API_URL is not the API's address."
    said = _said(answer)
    return f"Vapi refused {method} /{path} ({answer.status_code}){f': {said}' if said else ''}."


def _said(answer: httpx.Response) -> str:
    """Vapi's `message` is a text or a list of them."""
    try:
        message = answer.json().get("message", "")
    except (ValueError, AttributeError):
        return ""
    texts = message if isinstance(message, list) else [message]
    return "; ".join(" ".join(str(text).split()).rstrip(".") for text in texts)[:500]
