"""HTTP to a CRM: one deadline for the whole answer, typed errors, and nothing of the answer's text in them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx

from supportvoice.outgoing import is_allowed_address, tls
from tickets.crm import errors
from tickets.crm.errors import CrmError

LARGEST_BYTES = 4_000_000
MOST_CONNECTIONS = 40
STATUSES: dict[int, type[CrmError]] = {
    HTTPStatus.BAD_REQUEST: errors.RefusedError,
    HTTPStatus.UNAUTHORIZED: errors.KeyRefusedError,
    HTTPStatus.FORBIDDEN: errors.KeyRefusedError,
    HTTPStatus.NOT_FOUND: errors.NotThereError,
    HTTPStatus.GONE: errors.NotThereError,
    HTTPStatus.CONFLICT: errors.ConflictError,
    HTTPStatus.PRECONDITION_FAILED: errors.ConflictError,
    HTTPStatus.UNPROCESSABLE_ENTITY: errors.RefusedError,
    HTTPStatus.TOO_MANY_REQUESTS: errors.ThrottledError,
}
# The first that fits. Whatever else goes wrong once something was sent may have been done.
FAILURES: tuple[tuple[type[Exception], type[CrmError]], ...] = (
    (httpx.ConnectTimeout, errors.UnreachableError),
    (httpx.ConnectError, errors.UnreachableError),
    (httpx.PoolTimeout, errors.BusyError),
    (httpx.TimeoutException, errors.TooSlowError),
    (httpx.UnsupportedProtocol, errors.NotSetUpError),
    (httpx.InvalidURL, errors.NotSetUpError),
    (httpx.HTTPError, errors.BrokenError),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is the decoded JSON, None where the answer had none."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class Deadline:
    def __init__(self, timeout_s: float) -> None:
        self._ends = time.monotonic() + timeout_s

    def left_s(self) -> float:
        """Raises TooSlowError where nothing is left."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise errors.TooSlowError("No time left.")
        return left


class Http:
    """One CRM. `base_url` ends without a slash. Safe for any number of threads."""

    def __init__(self, base_url: str, headers: Mapping[str, str]) -> None:
        if not is_allowed_address(base_url):
            raise errors.NotSetUpError("The address must begin with https:// and name a host.")
        self._client = httpx.Client(
            base_url=f"{base_url.rstrip('/')}/",
            headers={"accept": "application/json", "user-agent": "SupportVoice/0.1", **headers},
            verify=tls(),
            trust_env=False,
            limits=httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=10),
        )

    def get(self, path: str, deadline: Deadline, **params: str) -> Reply:
        return self.send("GET", path, deadline, params=params)

    def send(self, method: str, path: str, deadline: Deadline, **more: Any) -> Reply:
        """Raises CrmError for every status that is no success."""
        left = deadline.left_s()
        try:
            with self._client.stream(method, path, timeout=httpx.Timeout(left, connect=min(left, 3)), **more) as answer:
                body = _read(answer, deadline)
        except Exception as error:
            raise _failure(error) from None
        if not answer.is_success:
            raise _refusal(answer)
        return Reply(answer.status_code, _decoded(body), answer.headers)


def _read(answer: httpx.Response, deadline: Deadline) -> bytes:
    """An answer that comes in drops is given up at the deadline, not a timeout after its last drop."""
    chunks: list[bytes] = []
    for chunk in answer.iter_bytes():
        chunks.append(chunk)
        if sum(map(len, chunks)) > LARGEST_BYTES:
            raise errors.BrokenError("The answer is larger than any ticket.")
        deadline.left_s()
    return b"".join(chunks)


def _failure(error: Exception) -> Exception:
    if isinstance(error, CrmError):
        return error
    for kind, ours in FAILURES:
        if isinstance(error, kind):
            return ours(type(error).__name__)
    return error


def _refusal(answer: httpx.Response) -> CrmError:
    kind = STATUSES.get(answer.status_code)
    if kind is None:
        is_theirs = answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        kind = errors.BrokenError if is_theirs else errors.RefusedError
    return kind(f"HTTP {answer.status_code}", retry_after_s=_retry_after_s(answer.headers.get("retry-after", "")))


def _retry_after_s(told: str) -> float | None:
    return min(float(told), 3600) if told.isdigit() else None


def _decoded(body: bytes) -> Any:
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise errors.BrokenError("The answer is no JSON.") from None
