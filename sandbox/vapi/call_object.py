"""The call as Vapi's API shows it: unlike the one in messages, this one follows what happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.vapi.call import Parties

# Of a report's fields; the API has the rest in the artifact alone.
FROM_REPORT = ("endedReason", "startedAt", "endedAt", "cost", "costBreakdown", "costs", "analysis", "artifact")

Keep = Callable[[dict[str, Any]], None]


def keep_nothing(_call: dict[str, Any]) -> None:
    """Where nobody asks the API."""


def as_it_is(parties: Parties, updated_at: str, status: str, **known: Any) -> dict[str, Any]:
    told = {name: value for name, value in known.items() if name in FROM_REPORT}
    return {**parties.call, "updatedAt": updated_at, "status": status, **told}
