"""What is due of many calls, in the one transaction that holds their locks."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from uuid import UUID

from django.db import transaction

from calls.message import UNDECODABLE
from calls.projection import pending
from calls.projection.change import Advanced
from calls.projection.fold import advance, comes_late
from calls.projection.message import EventRow, StoredMessage
from calls.projection.pending import Due
from calls.projection.state import CallState
from calls.projection.write import write
from supportvoice import live

log = logging.getLogger(__name__)

REFOLDED_TOGETHER = 16  # of these all stored events are in memory at once


@dataclass
class Batch:
    """`failed`: what is wrong with an event, by its id."""

    due: dict[str, Due]
    failed: dict[UUID, str] = field(default_factory=dict)
    fresh: dict[str, list[StoredMessage]] = field(default_factory=dict)

    @property
    def ids(self) -> list[UUID]:
        return [event_id for due in self.due.values() for event_id in due.ids]

    def applied(self, call_id: str) -> int:
        return sum(message.id not in self.failed for message in self.fresh[call_id])


def project_locked(call_ids: Sequence[str]) -> int:
    """One batch of what is due of them, in the transaction that holds their locks. Raises what goes wrong.

    Returns how many events were applied.
    """
    batch = Batch(pending.read_due(call_ids))
    if not batch.due:
        return 0
    for call_id, due in batch.due.items():
        batch.fresh[call_id], unreadable = _read(due.rows)
        batch.failed |= unreadable
    advanced = list(_advance(batch, pending.load_states(list(batch.due))))
    pending.postpone(batch.failed)
    pending.settle([event_id for event_id in batch.ids if event_id not in batch.failed])
    _write([one for one in advanced if batch.applied(one.call_id)])
    return sum(map(batch.applied, batch.due))


def _write(advanced: list[Advanced]) -> None:
    if advanced:
        write(advanced)
        pending.save_states({one.call_id: one.after for one in advanced})
        ids = [one.call_id for one in advanced]
        transaction.on_commit(partial(live.publish, "calls", {"ids": ids}))


def _advance(batch: Batch, states: Mapping[str, CallState]) -> Iterator[Advanced]:
    """In the order of the calls' ids."""
    late = [call_id for call_id, fresh in batch.fresh.items() if comes_late(states[call_id], fresh)]
    refolded = chain.from_iterable(_refold(batch, states, some) for some in _several(late))
    others = (_fold(batch, call_id, states[call_id], []) for call_id in batch.fresh if call_id not in set(late))
    return iter(sorted(chain(refolded, others), key=lambda one: one.call_id))


def _refold(batch: Batch, states: Mapping[str, CallState], call_ids: list[str]) -> Iterator[Advanced]:
    stored = pending.read_stored(call_ids, [event_id for call_id in call_ids for event_id in batch.due[call_id].ids])
    for call_id in call_ids:
        yield _fold(batch, call_id, states[call_id], stored.pop(call_id))


def _fold(batch: Batch, call_id: str, before: CallState, stored: list[EventRow]) -> Advanced:
    folded = advance(before, batch.fresh[call_id], stored=lambda: _read(stored)[0])
    due = set(batch.due[call_id].ids)
    batch.failed |= {event_id: error for event_id, error in folded.failed.items() if event_id in due}
    return Advanced(call_id, before, folded.state)


def _several(call_ids: list[str]) -> Iterator[list[str]]:
    return (call_ids[at : at + REFOLDED_TOGETHER] for at in range(0, len(call_ids), REFOLDED_TOGETHER))


def _read(rows: list[EventRow]) -> tuple[list[StoredMessage], dict[UUID, str]]:
    messages, unreadable = [], {}
    for row in rows:
        try:
            messages.append(StoredMessage(row))
        except UNDECODABLE as error:
            log.exception("event %s cannot be read", row.id)
            unreadable[row.id] = f"{type(error).__name__}: {error}"
    return messages, unreadable
