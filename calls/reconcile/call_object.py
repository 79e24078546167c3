"""A call as Vapi's API gives it, as a message in the shape of its end-of-call report.

So it is stored, redacted and folded like any other event. Only what the fold reads is kept.
"""

from __future__ import annotations

from typing import Any

import msgspec

from calls.message import FROM_API, Message, as_list, as_object, as_text, decode_fields, stamp_ms
from calls.projection.status import ENDED

OWN = ("status", "startedAt", "endedAt", "endedReason", "cost", "costBreakdown", "costs", "analysis")
# Older answers have these beside the artifact.
BESIDE = ("messages", "transcript", "recordingUrl", "stereoRecordingUrl")
CALL = ("id", "type", "createdAt", "assistantId", "assistantVersion")
PARTY = ("name", "number")
MEMBER = ("id", "name")
ARTIFACT = (
    *BESIDE,
    "recording",
    "videoRecordingUrl",
    "performanceMetrics",
    "presignedMonoUrl",
    "presignedStereoUrl",
    "presignedVideoUrl",
    "presignedAssistantUrl",
    "presignedCustomerUrl",
)

Row = dict[str, Any]


def is_call(row: Any) -> bool:
    """With what it takes to know it and to place it in time."""
    found = as_object(row)
    return bool(as_text(found.get("id"))) and changed_ms(found) is not None


def changed_ms(row: Any) -> int | None:
    return stamp_ms(row.get("updatedAt")) or stamp_ms(row.get("createdAt"))


def as_message(row: Row) -> Message:
    artifact = _only(ARTIFACT, as_object(row.get("artifact")))
    artifact = {**_only(BESIDE, row), **artifact}
    fields = {
        "type": FROM_API,
        "timestamp": changed_ms(row),
        "call": _call(row),
        **_only(OWN, row),
        **_only(("summary",), row),
        **({"artifact": artifact} if artifact else {}),
    }
    return Message(decode_fields(msgspec.json.encode(fields)))


def _call(row: Row) -> Row:
    parties = {name: _only(PARTY, as_object(row.get(name))) for name in ("customer", "phoneNumber")}
    # Of an ended call nobody can listen in.
    monitor = {} if row.get("status") == ENDED else as_object(row.get("monitor"))
    more = {**parties, "monitor": monitor, "squad": _squad(as_object(row.get("squad")))}
    return {**_only(CALL, row), **{name: value for name, value in more.items() if value}}


def _squad(squad: Any) -> Row:
    """Its first member answers; the others' whole documents say nothing of the call."""
    members = as_list(squad.get("members"))[:1]
    first = as_object(members[0]) if members else {}
    assistant = _only(MEMBER, as_object(first.get("assistant")))
    member = {**_only(("assistantId",), first), **({"assistant": assistant} if assistant else {})}
    return {"members": [member]} if member else {}


def _only(names: tuple[str, ...], found: Any) -> Row:
    return {name: found[name] for name in names if found.get(name) not in (None, "", [], {})}
