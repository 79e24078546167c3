"""Every ticket that was spoken of is written down: to whom, by which tool, and what showed that they may hear it."""

from __future__ import annotations

from collections.abc import Sequence

from calls.answers.registry import Told
from calls.identity import STEPS
from calls.models import Call, ToolCall
from supportvoice.one_row import one_row

_WRITE_DOWN = """
INSERT INTO calls_disclosure (call_id, tool_call_id, tool, ticket_id, customer_id, step, evidence)
SELECT %s, %s, %s, told.ticket, NULLIF(told.customer, 0), told.step, told.evidence
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS told (ticket, customer, step, evidence)
"""


def write_down(told: Sequence[Told], tool: str, call: Call | None, tool_call: ToolCall | None = None) -> None:
    if not told:
        return
    by_whom = [call and call.pk, tool_call and tool_call.pk, tool]
    tickets, customers = [one.ticket.number for one in told], [one.ticket.customer_id for one in told]
    steps = [one.step for one in told]
    one_row(_WRITE_DOWN, [*by_whom, tickets, customers, steps, [STEPS[step] for step in steps]])
