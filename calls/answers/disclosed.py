"""Every ticket that was spoken of is written down: to whom, by which tool, and what showed that they may hear it."""

from __future__ import annotations

from collections.abc import Iterable

from calls.answers.registry import Told
from calls.identity import STEPS
from calls.models import Call, Disclosure, ToolCall


def write_down(told: Iterable[Told], tool: str, call: Call | None, tool_call: ToolCall | None = None) -> None:
    Disclosure.objects.bulk_create(
        Disclosure(
            call=call,
            tool_call=tool_call,
            ticket_id=one.ticket.number,
            customer_id=one.ticket.customer_id or None,
            tool=tool,
            step=one.step,
            evidence=STEPS[one.step],
        )
        for one in told
    )
