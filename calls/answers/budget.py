"""How long a tool call may take before Vapi is told that its answer follows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

# Vapi's own, where the tool's server sets no other: then the caller hears that it failed.
VAPI_GIVES_UP_AFTER_MS = 20_000
SHORTEST_MS = 100


def check_budget(**_: Any) -> list[CheckMessage]:
    """Registered as a system check in calls.apps."""
    if SHORTEST_MS <= settings.TOOL_BUDGET_MS < VAPI_GIVES_UP_AFTER_MS:
        return []
    message = f"TOOL_BUDGET_MS is {settings.TOOL_BUDGET_MS}: no tool call could be answered in it."
    hint = f"Milliseconds, from {SHORTEST_MS} to less than {VAPI_GIVES_UP_AFTER_MS}, when Vapi gives up. 800 is usual."
    return [Error(message, hint=hint, id="calls.E006")]
