"""The newest words of a call on one line: what is written already, and what is being spoken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from calls.intake.words import Words
from calls.models import Turn

TAIL = 60
SPEAKERS = {"user": "Caller", "assistant": "Agent"}


@dataclass(frozen=True)
class Line:
    role: str
    said: str
    partial: str

    @property
    def speaker(self) -> str:
        return SPEAKERS.get(self.role, "")


def line(turn: Turn | None, words: Words | None) -> Line:
    speaking = unwritten(turn, words)
    if speaking is None:
        return Line(turn.role, turn.text, "") if turn else Line("", "", "")
    said = tail(turn.text) if turn and turn.role == speaking.role else ""
    return Line(speaking.role, said, speaking.text)


def tail(text: str) -> str:
    """The end of what was said, so that what is being said fits beside it."""
    return text if len(text) <= TAIL else "… " + text[-TAIL:].partition(" ")[2]


def unwritten(turn: Turn | None, words: Words | None) -> Words | None:
    """Words that are in no turn yet: partial ones, newer than the newest turn."""
    if words is None or words.final:
        return None
    written_at = (turn.ended_at or turn.started_at) if turn else None
    said_at = at_ms(words)
    return words if written_at is None or said_at is None or said_at > written_at else None


def at_ms(words: Words | None) -> datetime | None:
    return datetime.fromtimestamp(words.at_ms / 1000, UTC) if words else None
