"""Vapi's message lists as turns: who said what, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from calls.message import as_object, as_text, stamp_ms
from calls.projection.state import SpokenTurn

CALLER, AGENT = "user", "assistant"
# `bot` in messages, `assistant` in OpenAI's form, in transcripts and speech updates. All others are not speech.
SPEAKERS = {"user": CALLER, "bot": AGENT, "assistant": AGENT}
LONGEST_TEXT = 100_000  # PostgreSQL's text search refuses a document whose words exceed 1 MB


def speaker(value: Any) -> str | None:
    return SPEAKERS.get(as_text(value))


def spoken(items: Iterable[Any]) -> list[SpokenTurn]:
    return [turn for item in items if (turn := _turn(as_object(item))) is not None]


def _turn(item: Any) -> SpokenTurn | None:
    role = speaker(item.get("role"))
    text = (as_text(item.get("message")) or as_text(item.get("content"))).strip()[:LONGEST_TEXT]
    if role is None or not text:
        return None
    return SpokenTurn(role, text, stamp_ms(item.get("time")), stamp_ms(item.get("endTime")), assistant_name(item))


def assistant_name(item: Any) -> str:
    """Which assistant of a squad said it."""
    return as_text(item.get("assistantName"), 200)


def with_known_times(turns: list[SpokenTurn], known: list[SpokenTurn], otherwise: int | None) -> list[SpokenTurn]:
    """A turn without times or name takes those of the same role's turn of the same count among `known`."""
    of_role: dict[str, list[SpokenTurn]] = defaultdict(list)
    for turn in known:
        of_role[turn.role].append(turn)
    count: dict[str, int] = defaultdict(int)
    for turn in turns:
        nth, count[turn.role] = count[turn.role], count[turn.role] + 1
        old = of_role[turn.role][nth] if nth < len(of_role[turn.role]) else None
        turn.assistant = turn.assistant or (old.assistant if old else "")
        if turn.started_ms is None:
            turn.started_ms = otherwise if old is None else old.started_ms
            turn.ended_ms = None if old is None else old.ended_ms
    return turns
