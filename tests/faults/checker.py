"""Jepsen's terms for a queue: what was acknowledged is there once, and nothing else is.

lost: accepted, and its row or its effect is not there. duplicated: more than one row or effect. unexpected: there,
and never sent or refused for good. recovered: no answer came, and it is there all the same, which is allowed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.faults.load import Sent
from tests.stack import Stack

Key = tuple[str, int]
Rows = Mapping[Key, int]

WORD = re.compile(r"w[0-9a-f]{16}")

ROWS = "SELECT call_id, round(extract(epoch FROM stamped_at) * 1000)::bigint, count(*) FROM calls_event GROUP BY 1, 2"
SAID = "SELECT text FROM calls_turn"
OPENED = "SELECT issue FROM tickets_ticket WHERE issue LIKE 'The parcel w%%'"


@dataclass(frozen=True)
class Counts:
    """The numbers are of one load; what is wrong is of everything that this database was ever sent."""

    sent: int
    accepted: int
    unavailable: int
    unanswered: int
    recovered: int
    unkept: int
    lost: tuple[str, ...]
    duplicated: tuple[str, ...]
    unexpected: tuple[str, ...]

    def __str__(self) -> str:
        fine = f"{self.sent} sent, {self.accepted} accepted, {self.unavailable} told 503, {self.unanswered} unanswered"
        bad = f"{len(self.lost)} lost, {len(self.duplicated)} duplicated, {len(self.unexpected)} unexpected"
        return f"{fine}; {self.recovered} recovered, {self.unkept} begun and not done, {bad}"


def count(
    stack: Stack, last: Sequence[Sent], earlier: Sequence[Sent] = (), apart: Collection[str] = frozenset()
) -> Counts:
    """`apart`: ids of calls that no load of this kind made."""
    sent = {one.key: one for one in (*earlier, *last)}
    rows = {(call_id, stamp_ms): times for call_id, stamp_ms, times in stack.sql(ROWS) if call_id not in apart}
    effects = Counter(word for (text,) in stack.sql(SAID) + stack.sql(OPENED) for word in WORD.findall(text))
    return Counts(
        sent=len(last),
        accepted=sum(one.is_accepted for one in last),
        unavailable=sum(503 in one.answers for one in last),
        unanswered=sum(not one.is_accepted and None in one.answers for one in last),
        recovered=sum(not one.is_accepted and one.key in rows for one in last),
        unkept=sum(one.is_being_done and not effects[one.word] for one in last),
        lost=tuple(_lost(sent.values(), rows, effects)),
        duplicated=tuple(one.word for one in sent.values() if max(rows.get(one.key, 0), effects[one.word]) > 1),
        unexpected=tuple(_unexpected(sent, rows, effects)),
    )


def _lost(sent: Iterable[Sent], rows: Rows, effects: Counter[str]) -> Iterator[str]:
    """A word that is stored is in the transcript, accepted or not; a ticket is there where the caller was told so."""
    for one in sent:
        if one.is_accepted and one.key not in rows:
            yield f"the row of {one.word}"
        elif (one.is_done or (one.key in rows and not one.opens_ticket)) and not effects[one.word]:
            yield f"the effect of {one.word}"


def _unexpected(sent: Mapping[Key, Sent], rows: Rows, effects: Counter[str]) -> Iterator[str]:
    for key in rows.keys() - sent.keys():
        yield f"the row of {key}"
    for word in effects.keys() - {one.word for one in sent.values()}:
        yield f"the effect of {word}"
    for one in sent.values():
        if one.is_refused and (one.key in rows or effects[one.word]):
            yield f"{one.word}, which was refused"
