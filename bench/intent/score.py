"""Each sentence of a half judged, and counted per intent and form."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bench.intent.frames import INTENTS, Sentence
from calls.intent import judge_all
from calls.intent.dialogue import turns


@dataclass(frozen=True, slots=True)
class Scored:
    sentence: Sentence
    outcome: str
    reason: str
    took_ms: float

    @property
    def is_positive(self) -> bool:
        return self.sentence.label in INTENTS

    @property
    def is_false_positive(self) -> bool:
        """Something would be done that was not asked for."""
        return self.outcome in INTENTS and self.outcome != self.sentence.label

    @property
    def is_right(self) -> bool:
        return self.outcome in self.sentence.label.split(" or ")


def score(sentence: Sentence) -> Scored:
    began = time.perf_counter()
    found = judge_all(turns([{"role": role, "message": text} for role, text in sentence.turns]))
    return Scored(sentence, found.outcome, found.reason, (time.perf_counter() - began) * 1000)
