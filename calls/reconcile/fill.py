"""Calls as the API has them beside what is known: what they add is stored as an event, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from calls.intake import tally
from calls.intake.inbox import EventRows, event_rows
from calls.intake.store import store
from calls.intake.wake import wake
from calls.models import ProjectionState
from calls.projection import from_api
from calls.projection import state as call_state
from calls.projection.message import EventRow, StoredMessage
from calls.projection.state import CallState
from calls.reconcile.call_object import Row, as_message, is_call


@dataclass(frozen=True, slots=True)
class Filled:
    """What a call gets from the API; `is_new` where no webhook ever told of it."""

    call_id: str
    fields: tuple[str, ...]
    is_new: bool

    def __str__(self) -> str:
        what = "never seen before" if self.is_new else ", ".join(self.fields) or "newer values"
        return f"{self.call_id}: {what}"


def fill(rows: Iterable[Row], now: datetime, *, only_plan: bool = False) -> list[Filled]:
    events = [_events(row, now) for row in rows if is_call(row)]
    known = _states([_call_id(one) for one in events])
    found = [(filled, one) for one in events if (filled := _filled(known.get(_call_id(one)), one))]
    if found and not only_plan:
        _keep([one for _, one in found])
        tally.healed(name for filled, _ in found for name in filled.fields)
    return [filled for filled, _ in found]


def _events(row: Row, now: datetime) -> EventRows:
    message = as_message(row)
    return event_rows(message, sum(len(bytes(raw)) for raw in message.fields.values()), now)


def _filled(before: CallState | None, events: EventRows) -> Filled | None:
    """None where people would see nothing new."""
    after = call_state.copy(before or CallState())
    from_api.call_from_api(after, _stored(events))
    if before is not None and from_api.whole(before) == from_api.whole(after):
        return None
    named = set(from_api.healed(after)) - set(from_api.healed(before or CallState()))
    return Filled(_call_id(events), tuple(sorted(named)), is_new=before is None)


def _call_id(events: EventRows) -> str:
    return str(events.parameters["call_id"])


def _stored(events: EventRows) -> StoredMessage:
    row = events.parameters
    return StoredMessage(EventRow(row["id"], row["type"], row["received_at"], row["body"], None))


def _states(call_ids: list[str]) -> dict[str, CallState]:
    found = ProjectionState.objects.filter(call_id__in=call_ids).values_list("call_id", "state")
    return {call_id: call_state.load(state) for call_id, state in found}


def _keep(batch: list[EventRows]) -> None:
    store(batch)
    for events in batch:
        events.mark_stored()
    wake()
