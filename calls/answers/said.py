"""The caller's newest words, from the conversation that Vapi sends along with a question."""

from __future__ import annotations

from calls.message import Message, as_object, as_text

LONGEST_TEXT = 1_000
CALLER = "user"


def said_by_caller(message: Message, most: int = 1) -> list[str]:
    """The last things said, newest first; empty where the caller has said nothing."""
    found: list[str] = []
    for item in reversed(message.list("messages") or message.list("messagesOpenAIFormatted")):
        entry = as_object(item)
        words = as_text(entry.get("message") or entry.get("content"))[-LONGEST_TEXT:].strip()
        if entry.get("role") == CALLER and words:
            found.append(words)
        if len(found) == most:
            break
    return found
