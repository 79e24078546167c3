"""Per message type: when it last came, how often today, and what to do where one is missing or too much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from calls.message import moment
from calls.models import MessageType

# docs/vapi-account.md, step 5: what each is for.
RECOMMENDED = {
    "status-update": "says when a call rings, begins and ends",
    "transcript": "is the words; without it the live board stays silent",
    "speech-update": "says who speaks when: interruptions are found by it",
    "user-interrupted": "says that the caller cut in",
    "conversation-update": "is the conversation so far; it mends what was lost",
    "tool-calls": "is the agent's questions to the tickets",
    "hang": "says that the agent did not answer in time",
    "assistant.started": "says which agent took the call",
    "end-of-call-report": "is the report: summary, cost, recording",
}
UNWANTED = {
    "model-output": "Leave it out: many, and not shown.",
    "phone-call-control": "Leave it out: subscribing makes this server responsible for transfers and hang-ups.",
}
# Vapi's other spelling of a type.
SAME_AS = {'transcript[transcriptType="final"]': "transcript"}
# What the doctor sends itself: calls/doctor/own_address.py. That it came says nothing of Vapi.
OWN_TYPE = "supportvoice.doctor"
MISSING = "Not seen: enable it in the assistant's serverMessages. It {purpose}."

_KEEP = """
INSERT INTO calls_messagetype (type, first_seen_at, last_seen_at) VALUES (%s, %s, %s)
ON CONFLICT (type) DO UPDATE SET last_seen_at = greatest(calls_messagetype.last_seen_at, excluded.last_seen_at)
WHERE calls_messagetype.last_seen_at < excluded.last_seen_at
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """`last_seen_at` is None for a recommended type that never came; `advice` is empty where nothing is to be done."""

    type: str
    last_seen_at: datetime | None
    today: int
    advice: str = ""
    recommended: bool = False


def keep(last_ms: Mapping[str, int]) -> int:
    """From Redis's times to the table; returns how many types were written."""
    rows = [(name, moment(ms), moment(ms)) for name, ms in _types(last_ms).items()]
    with connection.cursor() as cursor:
        cursor.executemany(_KEEP, rows)
    return len(rows)


def seen(last_ms: Mapping[str, int], counts: Mapping[str, int]) -> list[Seen]:
    """The recommended ones first, then whatever else has come."""
    times = dict(MessageType.objects.values_list("type", "last_seen_at"))
    for name, ms in _types(last_ms).items():
        times[name] = max(times.get(name, moment(ms)), moment(ms))
    times.pop(OWN_TYPE, None)
    today = _types(counts)
    others = sorted(name for name in times.keys() - RECOMMENDED.keys() if SAME_AS.get(name) is None)
    return [_one(name, times, today) for name in (*RECOMMENDED, *others)]


def _one(name: str, times: Mapping[str, datetime], today: Mapping[str, int]) -> Seen:
    spellings = [name, *(other for other, same in SAME_AS.items() if same == name)]
    last = max((times[one] for one in spellings if one in times), default=None)
    advice = UNWANTED.get(name, "")
    if last is None:
        advice = MISSING.format(purpose=RECOMMENDED[name])
    count = sum(today.get(one, 0) for one in spellings)
    return Seen(name, last, count, advice, name in RECOMMENDED)


def _types(fields: Mapping[str, int]) -> dict[str, int]:
    return {name.removeprefix("type:"): value for name, value in fields.items() if name.startswith("type:")}
