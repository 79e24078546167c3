"""Is our clock right? Signatures have a time, and who spoke when is told by two clocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import connection

from calls.doctor.account import Account
from calls.doctor.said import Said, note, unchecked, well, wrong
from calls.vapi.rest import Rest

# Vapi's header has whole seconds.
NOTED_S, WRONG_S = 5, 60


def clock(account: Account) -> Iterator[Said]:
    yield from _compared("PostgreSQL's", _database_time)
    yield from _compared("Vapi's", lambda: account.ask(Rest.clock))


def _compared(whose: str, look: Callable[[], datetime | None]) -> Iterator[Said]:
    before = time.time()
    theirs = look()
    ours = (before + time.time()) / 2
    if theirs is None:
        yield unchecked(f"{whose} answer has no time.")
        return
    yield said(whose, ours - theirs.timestamp())


def said(whose: str, ahead_s: float) -> Said:
    off_s = abs(ahead_s)
    if off_s <= NOTED_S:
        return well(f"This machine's clock agrees with {whose}.")
    text = f"This machine's clock is {off_s:.0f} s {'ahead of' if ahead_s > 0 else 'behind'} {whose}: check NTP."
    return wrong(f"{text} Signed messages may be refused.") if off_s > WRONG_S else note(text)


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found
