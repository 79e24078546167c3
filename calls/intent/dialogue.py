"""Who said what, oldest first, from a tool call's own conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calls.message import Message, as_list, as_object, as_text

CALLER = "user"
AGENT = ("bot", "assistant")
MOST_TURNS = 12
LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of speech; what a caller says in several goes is one."""

    by_caller: bool
    text: str


def turns_of(message: Message) -> list[Turn]:
    """The newest turns; empty where the message carries no conversation."""
    artifact = message.object("artifact")
    return turns(as_list(artifact.get("messages")) or as_list(artifact.get("messagesOpenAIFormatted")))


def turns(entries: list[Any]) -> list[Turn]:
    """Of `{role, message}` or `{role, content}`; what nobody spoke (system, tools) is left out."""
    found: list[Turn] = []
    for entry in map(as_object, entries):
        role, text = entry.get("role"), as_text(entry.get("message") or entry.get("content"))[-LONGEST_TEXT:].strip()
        if not text or (role != CALLER and role not in AGENT):
            continue
        by_caller = role == CALLER
        if found and found[-1].by_caller == by_caller:
            text = f"{found.pop().text} {text}"
        found.append(Turn(by_caller, text))
    return found[-MOST_TURNS:]
