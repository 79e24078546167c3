"""What is stored of whole calls, beside what the API knows of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.faults.lossy import Played
from tests.stack import Stack

# One row a call, by a constraint: what may be doubled is in it.
STORED = """
    SELECT c.vapi_id, c.status, c.ended_reason, c.customer_number, r.summary,
           ARRAY(SELECT t.role || ': ' || t.text FROM calls_turn t WHERE t.call_id = c.id ORDER BY t.position),
           ARRAY(SELECT u.name::text FROM calls_toolcall u WHERE u.call_id = c.id ORDER BY u.name COLLATE "C"),
           ARRAY(SELECT h.field::text FROM calls_healing h WHERE h.call_id = c.id ORDER BY h.field)
    FROM calls_call c LEFT JOIN calls_report r ON r.call_id = c.id WHERE c.vapi_id = ANY(%s)"""


@dataclass(frozen=True)
class Stored:
    call_id: str
    status: str
    ended_reason: str
    customer_number: str
    summary: str | None
    turns: list[str]
    tools: list[str]
    healed: list[str]

    @property
    def has_report(self) -> bool:
        return self.summary is not None


def stored(stack: Stack, played: Played) -> dict[str, Stored]:
    return {row[0]: Stored(*row) for row in stack.sql(STORED, list(played.expected))}


def wrong(played: Played, found: Mapping[str, Stored]) -> Iterator[str]:
    """Calls that are not there, or not what the API says of them."""
    for call_id, expected in played.expected.items():
        one = found.get(call_id)
        if one is None:
            yield f"{call_id} is not there"
        elif one != (meant := _as_the_api_says(expected, one.healed)):
            yield f"{one} and not {meant}"


def _as_the_api_says(call: dict[str, Any], healed: list[str]) -> Stored:
    return Stored(
        call["call_id"],
        "ended",
        call["ended_reason"],
        call["caller_number"] or "",
        call["summary"],
        [f"{turn['role']}: {turn['text']}" for turn in call["turns"]],
        sorted(tool["name"] for tool in call["tool_calls"]),
        healed,
    )
