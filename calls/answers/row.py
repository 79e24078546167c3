"""The row of a tool call: claimed before anything is done, locked while it is done once, answered at the end."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from calls.answers.registry import Context
from calls.answers.requested import RequestedCall
from calls.answers.row_key import kept, row_key
from calls.models import ToolCall
from supportvoice.one_row import one_row

RIVAL_WAIT_MS = 500
# What else it waits for it waits for with its caller told, if it takes long: nobody else does what is asked of it.
LONGEST_WAIT_MS = 10_000
# One trip, and no wait for the disk: a claim that a crash takes was of something that had not happened. Whatever
# happens is committed after it, and makes it durable too.
_CLAIM = """
INSERT INTO calls_toolcall
       (call_id, tool_call_id, name, arguments, arguments_hash, requested_at, state, result, error, failure)
SELECT %s, %s, %s, %s, %s, %s, %s, '', '', '' FROM set_config('synchronous_commit', 'off', true)
ON CONFLICT DO NOTHING RETURNING id
"""
_LOCK = """
SELECT set_config('lock_timeout', %s, true);
SELECT FROM calls_toolcall WHERE id = %s FOR NO KEY UPDATE;
SELECT set_config('lock_timeout', %s, true);
SELECT state, result, ticket_id FROM calls_toolcall WHERE id = %s
"""
_ANSWER = """
UPDATE calls_toolcall
SET state = %s, result = %s, error = %s, failure = %s, ticket_id = %s, answered_at = %s, duration_ms = %s
WHERE id = %s RETURNING id
"""


def claim(requested: RequestedCall, context: Context) -> ToolCall:
    """Outside any transaction. A message without a call has nothing that tells two deliveries apart."""
    key, arguments = row_key(context.call, requested), kept(requested.arguments)
    row = ToolCall(**key, arguments=arguments, requested_at=context.asked_at)
    named: list[Any] = [row.call_id, row.tool_call_id, row.name, Jsonb(arguments), row.arguments_hash]
    created = one_row(_CLAIM, [*named, row.requested_at, row.state])
    if created is None:
        return ToolCall.objects.get(**key)
    (row.pk,), row._state.adding = created, False
    return row


def lock(row: ToolCall) -> None:
    """In a transaction. What a rival has answered meanwhile is in the row then; one that takes longer raises
    OperationalError.
    """
    waits = [f"{RIVAL_WAIT_MS}ms", row.pk, f"{LONGEST_WAIT_MS}ms", row.pk]
    row.state, row.result, row.ticket_id = _found(one_row(_LOCK, waits))


def write_answer(row: ToolCall) -> None:
    """As the row has it."""
    told = [row.state, row.result, row.error, row.failure, row.ticket_id, row.answered_at, row.duration_ms]
    _found(one_row(_ANSWER, [*told, row.pk]))


def _found(row: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """Raises ToolCall.DoesNotExist: somebody has deleted it meanwhile."""
    if row is None:
        raise ToolCall.DoesNotExist
    return row
