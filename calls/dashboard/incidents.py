"""Calls that sound dead, and what of a call only Vapi's API told, as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from calls.models import Healing, Incident

NAMED_ON_LIVE = 3
MOST_COUNTED = 100
SHOWN_FOR = timedelta(days=1)
# As the projection names them; a name that is not here is shown as it is.
WORDS = {
    "kind": "type",
    "created_ms": "when it was created",
    "started_ms": "when it began",
    "ended_ms": "when it ended",
    "cost_usd": "cost",
    "our_number": "our number",
    "assistant_id": "agent",
    "assistant_name": "name of the agent",
    "assistant_version": "version of the agent",
    "turns": "what was said",
}


@dataclass(frozen=True, slots=True)
class Dead:
    """For Live."""

    named: list[Incident]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.named)

    @property
    def is_cut(self) -> bool:
        return self.total > MOST_COUNTED


@dataclass(frozen=True, slots=True)
class FromApi:
    words: str
    at: datetime


def dead(now: datetime) -> Dead:
    """One query; what is older than a day nobody can mend any more."""
    still_open = Incident.objects.filter(state=Incident.State.OPEN, opened_at__gte=now - SHOWN_FOR)
    found = list(still_open.select_related("call", "call__customer")[: MOST_COUNTED + 1])
    return Dead(found[:NAMED_ON_LIVE], len(found))


def from_api(healings: Iterable[Healing]) -> FromApi | None:
    """None where webhooks told everything."""
    known = list(healings)
    if not known:
        return None
    return FromApi(", ".join(in_words(one.field) for one in known), max(one.at for one in known))


def in_words(field: str) -> str:
    return WORDS.get(field) or field.replace(".", ": ").replace("_", " ")
