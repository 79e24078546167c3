"""Does Vapi repeat what went wrong? Its messages carry the assistant with its server's retry plan, and repeats show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from calls.body import unpack
from calls.intake import tally
from calls.message import UNDECODABLE, as_object, as_text, decode_fields, moment, plain
from calls.models import AssistantSnapshot, Event

NEWEST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class Retries:
    """Names of the agents lately heard whose server has a retry plan, and of those whose server has none."""

    on: tuple[str, ...]
    off: tuple[str, ...]
    repeated_at: datetime | None


def retries(last_ms: Mapping[str, int]) -> Retries:
    newest = Event.objects.order_by("-id").values_list("assistant_hash", flat=True)[:NEWEST_EVENTS]
    hashes = {bytes(one) for one in newest if one is not None}
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for body in AssistantSnapshot.objects.filter(hash__in=hashes).values_list("body", flat=True):
        if plan := _plan(bytes(body)):
            name, repeats = plan
            found[repeats].add(name)
    at = last_ms.get(tally.REPEATED)
    return Retries(tuple(sorted(found[True])), tuple(sorted(found[False])), moment(at) if at else None)


def _plan(body: bytes) -> tuple[str, bool] | None:
    """The agent's name, and whether its server repeats; None where it has no server of its own."""
    try:
        fields = decode_fields(unpack(body))
    except UNDECODABLE:
        return None
    server = as_object(plain(fields.get("server")))
    if not server.get("url"):
        return None
    return as_text(plain(fields.get("name")), 100) or "(unnamed)", bool(
        as_object(server.get("backoffPlan")).get("maxRetries")
    )
