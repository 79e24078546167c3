"""Every registered tool: what it takes, how it has been doing, and what it was last asked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from calls.answers.for_vapi import function_tools
from calls.answers.registry import Tool
from calls.dashboard.tiles import BUDGET_MS, Percentile95
from calls.identity import step_in_force
from calls.models import ToolCall

WINDOW = timedelta(days=1)
MOST_RECENT = 10
# One index scan a name, however many calls a tool has had. With `=` the database would rather walk back through the
# calls of all tools, and through every one of them for a tool that was never called.
RECENT_IDS = """
SELECT recent.id
FROM unnest(%s::text[]) AS tool(name)
CROSS JOIN LATERAL (
    SELECT id FROM calls_toolcall
    WHERE name BETWEEN tool.name AND tool.name ORDER BY name, requested_at DESC LIMIT %s
) AS recent
"""
TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
FORMATS = {"decimal": "amount", "date-time": "date and time", "date": "date"}
NO_FIGURES: dict[str, Any] = {"calls": 0, "failed": 0, "p95_ms": None}
STEPS_IN_WORDS = {
    "ticket-number": "to whoever knows the ticket number",
    "caller-number": "only to the number of the customer",
    "ticket-and-number": "only to the number of the customer, with the ticket number",
    "second-factor": "only to who has proved in the call to be the customer",
}


@dataclass(frozen=True)
class Argument:
    name: str
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class ListedTool:
    """`p95_ms` is None where nothing was answered; `speaks_of_tickets` is empty where it tells of none."""

    tool: Tool
    arguments: list[Argument]
    speaks_of_tickets: str
    calls: int
    failed: int
    p95_ms: float | None
    recent: list[ToolCall]

    @property
    def is_slow(self) -> bool:
        return self.p95_ms is not None and self.p95_ms > BUDGET_MS

    @property
    def for_vapi(self) -> str:
        (written,) = function_tools([self.tool])
        return json.dumps(written, indent=2)


def listed_tools(tools: Iterable[Tool], now: datetime) -> list[ListedTool]:
    by_name = {tool.name: tool for tool in tools}
    figures, recent = _figures(now), _recent(list(by_name))
    return [
        ListedTool(
            tool=tool,
            arguments=arguments_of(tool.parameters),
            speaks_of_tickets=STEPS_IN_WORDS[step_in_force(name, tool.at_least)] if tool.at_least else "",
            recent=recent[name],
            **figures.get(name, NO_FIGURES),
        )
        for name, tool in by_name.items()
    ]


def _figures(now: datetime) -> dict[str, dict[str, Any]]:
    lately = ToolCall.objects.filter(requested_at__gte=now - WINDOW).order_by()
    counted = lately.values("name").annotate(
        calls=Count("pk"),
        failed=Count("pk", filter=Q(state=ToolCall.State.FAILED)),
        p95_ms=Percentile95("duration_ms"),
    )
    return {
        name: {"calls": calls, "failed": failed, "p95_ms": p95_ms}
        for name, calls, failed, p95_ms in counted.values_list("name", "calls", "failed", "p95_ms")
    }


def _recent(names: list[str]) -> dict[str, list[ToolCall]]:
    """The last calls of each, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(RECENT_IDS, [names, MOST_RECENT])
        ids = [pk for (pk,) in cursor.fetchall()]
    by_name: dict[str, list[ToolCall]] = defaultdict(list)
    for call in ToolCall.objects.filter(pk__in=ids).select_related("call__customer").order_by("-requested_at", "-pk"):
        by_name[call.name].append(call)
    return by_name


def arguments_of(parameters: dict[str, Any]) -> list[Argument]:
    required = parameters.get("required", [])
    return [
        Argument(name, type_in_words(schema), name in required, schema.get("description", ""))
        for name, schema in parameters.get("properties", {}).items()
    ]


def type_in_words(schema: dict[str, Any]) -> str:
    """A JSON Schema as a reader would say it: "text or whole number", "one of low, normal", "list of text"."""
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    if "anyOf" in schema:
        return " or ".join(type_in_words(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {type_in_words(schema.get('items', {}))}"
    kind = FORMATS.get(schema.get("format", "")) or TYPES.get(schema.get("type", ""), schema.get("type", "anything"))
    return f"{kind}, up to {schema['maxLength']:,} letters" if "maxLength" in schema else kind
