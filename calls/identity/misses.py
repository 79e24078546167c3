"""Guessing is counted, and locks lookups: three misses a call, ten in an hour for the number or one customer's proof.

Web calls have no number, and anybody can make another one: the customer is what stays.
"""

from __future__ import annotations

import hashlib

from calls.models import Call, LookupMiss, ToolCall
from supportvoice.one_row import one_row

MOST_A_CALL = 3
MOST_AN_HOUR = 10
_LOCK = 0x5654_0003
# Each is found by an index of its own; an empty number or subject is nobody's, and nothing is read for it.
_IS_LOCKED = """
SELECT (SELECT count(*) FROM calls_lookupmiss WHERE call_id = %s) >= %s
    OR (SELECT count(*) FROM calls_lookupmiss
        WHERE %s <> '' AND number = %s AND at > now() - interval '1 hour') >= %s
    OR (SELECT count(*) FROM calls_lookupmiss
        WHERE %s <> '' AND subject = %s AND at > now() - interval '1 hour') >= %s
"""


def wait_in_line(call: Call | None, number: str) -> None:
    """Lookups of one caller go one after the other, so that many at once are not counted as one. In a transaction."""
    who = number or (call.vapi_id if call else "")
    if who:
        key = int.from_bytes(hashlib.sha256(who.encode()).digest()[:4], "big", signed=True)
        one_row("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, key])


def is_locked(call: Call | None, number: str, subject: str = "") -> bool:
    """`subject`: whose proof is tried; what is only looked up is not counted by what it is."""
    in_call = [call.pk if call else None, MOST_A_CALL]
    lately = [number, number, MOST_AN_HOUR, subject, subject, MOST_AN_HOUR]
    (locked,) = one_row(_IS_LOCKED, [*in_call, *lately]) or (True,)
    return bool(locked)


def write_down_miss(row: ToolCall, number: str, subject: str) -> None:
    """One a tool call, however often it is delivered or answered."""
    miss = LookupMiss(tool_call=row, call_id=row.call_id, number=number, tool=row.name[:64], subject=subject[:200])
    LookupMiss.objects.bulk_create([miss], ignore_conflicts=True)
