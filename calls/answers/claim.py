"""The row of a tool call, before anything is done for it: the constraint makes it one for however many deliveries."""

from __future__ import annotations

from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from calls.answers.registry import Context
from calls.answers.requested import RequestedCall
from calls.answers.row_key import kept, row_key
from calls.models import ToolCall

# One trip, and no wait for the disk: a claim that a crash takes was of something that had not happened. Whatever
# happens is committed after it, and makes it durable too.
_CLAIM = """
INSERT INTO calls_toolcall
       (call_id, tool_call_id, name, arguments, arguments_hash, requested_at, state, result, error, failure)
SELECT %s, %s, %s, %s, %s, %s, %s, '', '', '' FROM set_config('synchronous_commit', 'off', true)
ON CONFLICT DO NOTHING RETURNING id
"""


def claim(requested: RequestedCall, context: Context) -> ToolCall:
    """Outside any transaction. A message without a call has nothing that tells two deliveries apart."""
    key, arguments = row_key(context.call, requested), kept(requested.arguments)
    row = ToolCall(**key, arguments=arguments, requested_at=context.asked_at)
    named: list[Any] = [row.call_id, row.tool_call_id, row.name, Jsonb(arguments), row.arguments_hash]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [*named, row.requested_at, row.state])
        created = cursor.fetchone()
    if created is None:
        return ToolCall.objects.get(**key)
    (row.pk,), row._state.adding = created, False
    return row
