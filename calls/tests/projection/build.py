"""Stored messages for tests: fixtures in Vapi's shapes, placed on one call's time line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from calls.body import pack
from calls.models import Call, Event, Pending
from calls.projection.fold import fold
from calls.projection.message import EventRow, StoredMessage
from calls.projection.run import project_pending
from calls.projection.state import CallState

FIXTURES = Path(__file__).parent.parent / "fixtures"
CALL = "0199c1aa-7b1e-7c30-a0d5-3f4b8e9a1001"
T0 = 1_795_244_400_000
RECEIVED = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def body(name: str, at: int | None = None, **fields: Any) -> dict[str, Any]:
    """A fixture's message, `at` ms after T0, with fields replaced; a field of None is left out."""
    message: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())["message"]
    message |= fields if at is None else {"timestamp": T0 + at, **fields}
    return {key: value for key, value in message.items() if value is not None}


def event(name: str, at: int | None = None, **fields: Any) -> StoredMessage:
    return StoredMessage(row(body(name, at, **fields)))


def row(message: dict[str, Any], received_at: datetime = RECEIVED, assistant_hash: bytes | None = None) -> EventRow:
    text = json.dumps(message, sort_keys=True).encode()
    stamp = message.get("timestamp")
    ms = int(stamp) if isinstance(stamp, int | float) else T0
    event_id = UUID(int=(ms % 2**48) << 80 | int.from_bytes(sha256(text).digest()[:10], "big"))
    kept = {key: value for key, value in message.items() if key != "assistant"}
    compressed = pack(json.dumps(kept).encode())
    return EventRow(event_id, message["type"], received_at, compressed, assistant_hash)


def folded(*events: StoredMessage) -> CallState:
    state, failed = fold(CallState(), events)
    assert failed == {}
    return state


def store(rows: Iterable[EventRow], call_id: str = CALL) -> list[UUID]:
    """As intake does: the event and its pending row, a duplicate falling on the first."""
    rows = list(rows)
    known = set(Event.objects.filter(id__in=[row.id for row in rows]).values_list("id", flat=True))
    new = list({row.id: row for row in rows if row.id not in known}.values())
    Event.objects.bulk_create(
        Event(
            id=row.id,
            call_id=call_id,
            type=row.type,
            received_at=row.received_at,
            body=row.body,
            received_bytes=len(row.body),
            assistant_hash=row.assistant_hash,
        )
        for row in new
    )
    Pending.objects.bulk_create(Pending(event_id=row.id, call_id=call_id) for row in new)
    return [row.id for row in new]


def project(*messages: dict[str, Any]) -> Call:
    store(row(message) for message in messages)
    project_pending()
    return Call.objects.get(vapi_id=CALL)


def whole_call() -> list[dict[str, Any]]:
    """Ticket looked up, then the caller cuts the policy short, then the end and its report."""
    return [
        body("status-update__queued", -5_000),
        body("status-update__ringing", -3_000),
        body("status-update__in-progress", 0),
        body("speech-update__agent-started", 1_000),
        body("transcript__final-agent-bracket", 2_500),
        body("transcript__final-agent-bracket", 4_100, transcript="How can I help?"),
        body("speech-update__agent-stopped", 4_150),
        body("speech-update__caller-started", 5_000),
        body("speech-update__caller-stopped", 7_000),
        body("transcript__final-caller", 7_200),
        body("conversation-update__messages", 7_500),
        body("model-output__token", 7_600),
        body("hang__late-answer", 8_500),
        body("speech-update__agent-started", 9_000),
        body("speech-update__caller-started", 11_000),
        body("speech-update__caller-stopped", 11_400),
        body("speech-update__caller-started", 17_000),
        body("user-interrupted__caller", 17_240),
        body("speech-update__agent-stopped", 17_300),
        body("transcript__final-agent-bracket", 17_310, transcript="Your ticket is open. Our policy says"),
        body("speech-update__caller-stopped", 19_000),
        body("transcript__final-caller", 19_100, transcript="I already know that, just cancel my order."),
        body("status-update__ended", 58_600),
        body("end-of-call-report__phone", 63_500),
    ]
