"""How long the agent waits after the caller's last word before it takes its turn.

Source: ServerMessageResponseCallEndpointingRequest in Vapi's OpenAPI document: 0 to 15 seconds.
"""

from __future__ import annotations

import re
from typing import Any

from calls.answers.said import said_by_caller
from calls.message import Message

SHORT_ANSWER_S, FINISHED_S, UNSURE_S, MORE_TO_COME_S, DICTATION_S = 0.3, 0.4, 0.8, 1.8, 2.0
LONGEST_ENDING = 80

_DIGIT = r"\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|twenty|double|triple|dash)"
_DICTATED = r"\b(?:number|code|postcode|email|address|reference)(?: is| was|'s)?"
_HANGING = "and|but|or|so|because|if|with|from|the|a|an|my|your|his|our|their|um|uh|er|erm|hmm"
_HANGING_UNLESS_ENDED = (
    "then|that|when|which|who|without|for|to|of|in|on|at|by|about|like|than|as|dot|this|these|is|are|was|were|am|be|"
    "have|has|had|will|would|can|could|do|does|i|i'm|it's|well|actually|also|not"
)
# What the words end with → how long to wait. The first that fits decides; transcribers put a full stop anywhere.
TABLE: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(rf"{_DICTATED}(?:\W+{_DIGIT})*\W*$"), DICTATION_S),
    (re.compile(rf"{_DIGIT}\W+{_DIGIT}\W*$"), DICTATION_S),
    (re.compile(r"\d\W*$"), DICTATION_S),
    (re.compile(rf"(?:^|[\s,])(?:{_HANGING})[.,…\s-]*$"), MORE_TO_COME_S),
    (re.compile(rf"(?:^|[\s,])(?:{_HANGING_UNLESS_ENDED})\s*$"), MORE_TO_COME_S),
    (re.compile(r"(?:[,:;…-]|\.\.|[\u2013\u2014])\s*$"), MORE_TO_COME_S),
    (re.compile(r"^(?:yes|yeah|yep|no|nope|okay|ok|right|correct|thanks|thank you|bye|goodbye)\W*$"), SHORT_ANSWER_S),
    (re.compile(r"[?!.]\W*$"), FINISHED_S),
)


def answer_endpointing_request(message: Message) -> dict[str, Any]:
    return {"timeoutSeconds": timeout_s(" ".join(said_by_caller(message)))}


def timeout_s(words: str) -> float:
    """Short after a finished sentence; long where a number is read out or the sentence hangs in the air."""
    ending = words.lower()[-LONGEST_ENDING:]
    return next((seconds for pattern, seconds in TABLE if pattern.search(ending)), UNSURE_S)
