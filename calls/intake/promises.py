"""What a caller was told is being worked on, however the process ends that said so.

Each promise is written down before it is made, with the event that asks for it. The web process that made it sees to
it within seconds; where it has died, a worker does.
"""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import close_old_connections, connection

from calls.answers.later import ask_a_person, owe_answered
from calls.answers.requested import requested_calls
from calls.answers.tool_calls import answer_again
from calls.body import unpack
from calls.intake.redaction import REDACTED
from calls.message import UNDECODABLE, Message, decode_fields
from calls.models import Event, Promise

MOST_AT_ONCE = 20

# It outlives its process and waits for no disk; PostgreSQL's own crash may take it, and the web process is there then.
MAKE = """
INSERT INTO calls_promise (event_id) SELECT %s FROM set_config('synchronous_commit', 'off', true) ON CONFLICT DO NOTHING
"""
# Each once: by the database's clock, and for whoever comes first.
_TAKE = """
UPDATE calls_promise SET tried_at = now() WHERE event_id IN (
    SELECT event_id FROM calls_promise WHERE tried_at < now() - interval '10 seconds'
    ORDER BY tried_at LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING event_id, made_at < now() - interval '10 minutes'
"""

log = logging.getLogger(__name__)


def settle(message: Message, event_id: UUID, *, may_begin: bool = True) -> bool:
    """The answer is there by now, and Vapi had been told to go on without it. Where it is not, it is asked for again
    if it `may_begin`: the ledger lets nothing happen twice.
    """
    try:
        left = owe_answered(message)
        if left and may_begin:
            answer_again(message, left)
            left = owe_answered(message)
        if not left:
            Promise.objects.filter(pk=event_id).delete()
    except Exception as error:
        log.warning("late answers of %s not written down: %s", message.call_id, type(error).__name__)
        return False
    finally:
        close_old_connections()
    return not left


def keep_due() -> int:
    """How many of those whose process has died are kept now. Nobody waits for ever: after ten minutes a person does."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [MOST_AT_ONCE])
        taken = cursor.fetchall()
    return sum(_keep(event_id, is_old=is_old) for event_id, is_old in taken)


def _keep(event_id: UUID, *, is_old: bool) -> bool:
    message = _asked(event_id)
    if message is not None and _may_be_asked_again(message):
        # After ten minutes the caller may have asked again: what was answered is said, and nothing is begun.
        if settle(message, event_id, may_begin=not is_old):
            return True
        if not is_old:
            return False
    log.error("what was promised in event %s may not be done", event_id)
    ask_a_person(message)
    Promise.objects.filter(pk=event_id).delete()
    return False


def _may_be_asked_again(message: Message) -> bool:
    """Not what belongs to no call, nor what is stored without its secrets: it would be another question."""
    given = [str(requested.arguments) for requested in requested_calls(message)]
    return message.call_id is not None and not any(REDACTED in arguments for arguments in given)


def _asked(event_id: UUID) -> Message | None:
    """None where the event is gone or cannot be read."""
    body = Event.objects.filter(pk=event_id).values_list("body", flat=True).first()
    try:
        return None if body is None else Message(decode_fields(unpack(body)))
    except UNDECODABLE:
        return None
