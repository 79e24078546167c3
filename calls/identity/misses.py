"""Guessing is counted, and locks lookups: three misses a call, ten in an hour for the number or one customer's proof.

Web calls have no number, and anybody can make another one: the customer is what stays.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from calls.models import Call, LookupMiss, ToolCall

MOST_A_CALL = 3
MOST_AN_HOUR = 10
HOUR = timedelta(hours=1)
NONE = Q(pk__in=[])
_LOCK = 0x5654_0003


def wait_in_line(call: Call | None, number: str) -> None:
    """Lookups of one caller go one after the other, so that many at once are not counted as one. In a transaction."""
    who = number or (call.vapi_id if call else "")
    if who:
        key = int.from_bytes(hashlib.sha256(who.encode()).digest()[:4], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, key])


def is_locked(call: Call | None, number: str, subject: str = "") -> bool:
    """`subject`: whose proof is tried; what is only looked up is not counted by what it is."""
    lately = Q(at__gt=timezone.now() - HOUR)
    in_call = Q(call=call) if call else NONE
    by_number = lately & Q(number=number) if number else NONE
    by_subject = lately & Q(subject=subject) if subject else NONE
    counted = LookupMiss.objects.filter(in_call | by_number | by_subject).aggregate(
        in_call=Count("pk", filter=in_call),
        by_number=Count("pk", filter=by_number),
        by_subject=Count("pk", filter=by_subject),
    )
    lately_most = max(counted["by_number"], counted["by_subject"])
    return bool(counted["in_call"] >= MOST_A_CALL or lately_most >= MOST_AN_HOUR)


def write_down_miss(row: ToolCall, number: str, subject: str) -> None:
    """One a tool call, however often it is delivered or answered."""
    miss = LookupMiss(tool_call=row, call_id=row.call_id, number=number, tool=row.name[:64], subject=subject[:200])
    LookupMiss.objects.bulk_create([miss], ignore_conflicts=True)
