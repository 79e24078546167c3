"""What is judged, and how it comes out."""

from __future__ import annotations

from dataclasses import dataclass

DO, DONT, ASK = "do", "don't", "ask"
MENTIONED = "mentioned"  # spoken of, neither wanted nor refused: it changes nothing that was said before
INTENTS = ("cancel", "refund", "close")


@dataclass(frozen=True, slots=True)
class Judgement:
    """`verdict` is DO, DONT or ASK; `intent` is empty where the caller did not speak of it at all.

    `reason` is a plain sentence; `words` are those that decided, as they were understood.
    """

    verdict: str
    intent: str
    reason: str
    words: str = ""

    @property
    def outcome(self) -> str:
        """In one word: the intent that is meant, `ask` or `none`."""
        if self.verdict == DO:
            return self.intent
        return "ask" if self.verdict == ASK and self.intent else "none"
