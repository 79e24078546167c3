"""What the database holds of a load: everything that was accepted, once, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from bench.load.history import History
from bench.load.talk import ISSUE, of_run
from calls.message import FROM_API
from tests.stack import Stack

ROWS = """
SELECT call_id, round(extract(epoch FROM stamped_at) * 1000)::bigint, count(*)
FROM calls_event WHERE call_id LIKE %s AND type <> %s GROUP BY 1, 2
"""
TURNS = """
SELECT c.vapi_id, count(t.id) FROM calls_call c LEFT JOIN calls_turn t ON t.call_id = c.id
WHERE c.vapi_id LIKE %s GROUP BY 1
"""
OPENED = "SELECT issue, count(*) FROM tickets_ticket WHERE issue LIKE %s GROUP BY 1"


@dataclass(frozen=True)
class Stored:
    """Counts, in Jepsen's terms: tests/faults/checker.py. `other_turns`: calls that have not what they reported."""

    lost: int
    duplicated: int
    unexpected: int
    recovered: int
    reported_calls: int
    turns: int
    other_turns: int
    tickets: int
    lost_tickets: int
    doubled_tickets: int

    @property
    def is_whole(self) -> bool:
        return not (self.lost or self.duplicated or self.unexpected or self.lost_tickets or self.doubled_tickets)


def stored(stack: Stack, history: History) -> Stored:
    rows = {
        (call_id, stamp_ms): times for call_id, stamp_ms, times in stack.sql(ROWS, f"{of_run(history.run)}%", FROM_API)
    }
    turns, tickets = dict(stack.sql(TURNS, f"{of_run(history.run)}%")), opened(stack, history)
    return Stored(
        lost=len(history.accepted - rows.keys()),
        duplicated=sum(times > 1 for times in rows.values()),
        unexpected=len(rows.keys() - history.accepted - history.unanswered),
        recovered=len(rows.keys() & history.unanswered),
        reported_calls=len(history.turns),
        turns=sum(turns.values()),
        other_turns=sum(turns.get(call_id) != expected for call_id, expected in history.turns.items()),
        tickets=len(tickets),
        lost_tickets=len(history.opened - tickets.keys()),
        doubled_tickets=sum(times > 1 for times in tickets.values()),
    )


def opened(stack: Stack, history: History) -> dict[str, int]:
    """How often there is a ticket of each issue."""
    return dict(stack.sql(OPENED, f"{ISSUE} {of_run(history.run)}%"))


def are_opened(stack: Stack, history: History) -> bool:
    return history.opened <= opened(stack, history).keys()
