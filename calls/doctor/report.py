"""Everything the doctor says, for the page and for the command: five queries and one round trip to Redis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from redis import RedisError

from calls.doctor.message_types import Seen, seen
from calls.doctor.refusals import Refusal, refusals
from calls.doctor.retries import Retries, retries
from calls.intake import tally
from calls.intake.endpoints import MAIN, Endpoint, endpoints
from calls.intake.signature import Closed
from calls.message import moment
from calls.models import ApiPass

MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """`is_wrong`: something is plainly broken. Otherwise it is a note."""

    is_wrong: bool
    text: str


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    in_words: str
    is_open: bool
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    findings: list[Finding]
    addresses: list[Address]
    types: list[Seen]
    refusals: list[Refusal]

    @property
    def is_wrong(self) -> bool:
        return any(finding.is_wrong for finding in self.findings)


def report(base_url: str) -> Report:
    """`base_url` is how the installation is reached, without a slash at its end."""
    try:
        (last_ms, counts), counting = tally.read(), True
    except RedisError:
        last_ms, counts, counting = {}, {}, False
    types = seen(last_ms, counts)
    findings = [*_wrong(counting), *_traffic(types), *_retries(retries(last_ms)), *_filled()]
    addresses = [_address(base_url, endpoint, last_ms) for endpoint in endpoints().by_name.values()]
    return Report(sorted(findings, key=lambda one: not one.is_wrong), addresses, types, refusals(last_ms, counts))


def _address(base_url: str, endpoint: Endpoint, last_ms: dict[str, int]) -> Address:
    at = last_ms.get(f"accepted:{endpoint.name}")
    is_open = not isinstance(endpoint.scheme, Closed)
    return Address(base_url + endpoint.path, endpoint.scheme.in_words(), is_open, moment(at) if at else None)


def _wrong(counting: bool) -> Iterator[Finding]:
    known = endpoints()
    for flaw in known.flaws:
        yield Finding(True, f"{flaw.variable}: {flaw.text}.")
    main = known.by_name[MAIN]
    if isinstance(main.scheme, Closed) and main.flaw is None:
        others = len(known.by_name) > 1
        text = f"{main.path} has no secret: all it gets is refused. Set VAPI_SERVER_SECRET or VAPI_HMAC_SECRET."
        yield Finding(not others, text)
    if not counting:
        yield Finding(True, "Redis does not answer: live words stand still, and nothing is counted below.")


def _traffic(types: list[Seen]) -> Iterator[Finding]:
    missing = [one.type for one in types if one.recommended and one.last_seen_at is None]
    if not any(one.last_seen_at for one in types):
        yield Finding(False, "Nothing has been received yet. Give Vapi the address below (step 3) and place a call.")
    elif missing:
        yield Finding(False, f"Never seen: {', '.join(missing)}. Add them to the assistant's serverMessages (step 5).")


def _retries(found: Retries) -> Iterator[Finding]:
    if found.off:
        names = ", ".join(found.off[:MOST_NAMES]) + (" and others" if len(found.off) > MOST_NAMES else "")
        yield Finding(
            False, f"Retries are off for {names}: what is lost on the way stays lost. Set server.backoffPlan (step 4)."
        )
    elif found.repeated_at or found.on:
        yield Finding(False, "Retries are on.")


def _filled() -> Iterator[Finding]:
    """Whether what webhooks lose is filled from Vapi's API."""
    done = ApiPass.objects.first()
    if not settings.VAPI_API_KEY:
        yield Finding(False, "VAPI_API_KEY is not set: what webhooks lose cannot be filled from Vapi's API (step 4).")
    elif done and done.error:
        yield Finding(True, f"Calls could not be compared with Vapi's API: {done.error}")
    elif done and done.ended_at:
        yield Finding(False, f"Calls were compared with Vapi's API at {done.ended_at:%Y-%m-%d %H:%M} UTC.")
