"""Does the caller mean it? A judgement of the caller's last words: plain values, no database, no network."""

from __future__ import annotations

from calls.intent.dialogue import Turn, turns_of
from calls.intent.judge import judge, judge_all
from calls.intent.judgement import ASK, DO, DONT, INTENTS, Judgement

__all__ = ["ASK", "DO", "DONT", "INTENTS", "Judgement", "Turn", "judge", "judge_all", "turns_of"]
