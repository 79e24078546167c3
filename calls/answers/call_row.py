"""The row of the call that a question belongs to."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS

from calls.message import Message, moment
from calls.models import Call
from supportvoice.one_row import one_row

# All that answering needs of it, in the model's order; whatever else is read is fetched then.
_NEEDED = ("id", "vapi_id", "ended_at")
_FIND = "SELECT id, vapi_id, ended_at FROM calls_call WHERE vapi_id = %s"


def asked_at(message: Message) -> datetime:
    return moment(message.stamp_ms) if message.stamp_ms else datetime.now(UTC)


def call_row(message: Message) -> Call | None:
    """A bare one where the projection has not come to it yet; None where the message names no call."""
    if message.call_id is None:
        return None
    if found := one_row(_FIND, [message.call_id]):
        return Call.from_db(DEFAULT_DB_ALIAS, _NEEDED, found)
    call, _ = Call.objects.get_or_create(vapi_id=message.call_id, defaults={"began_at": asked_at(message)})
    return call
