"""What an agent with a custom voice says here: nothing, for as long as it would have taken. There is no speech engine.

The projection counts these on the call, and its page says who should do what.
Source: ServerMessageResponseVoiceRequest in Vapi's OpenAPI document: raw 16-bit PCM, one channel, at `sampleRate`.
"""

from __future__ import annotations

import math
from typing import Any

from calls.answers.reply import Reply
from calls.message import Message

CHARACTERS_A_SECOND = 15  # 150 words a minute, six characters a word
SHORTEST_S, LONGEST_S = 1, 30
LOWEST_RATE, HIGHEST_RATE, USUAL_RATE = 8_000, 48_000, 24_000
BYTES_A_SAMPLE = 2


def answer_voice_request(message: Message) -> Reply:
    return silence(len(message.text("text")), message.get("sampleRate"))


def silence(characters: int, rate: Any) -> Reply:
    seconds = min(max(characters / CHARACTERS_A_SECOND, SHORTEST_S), LONGEST_S)
    samples = math.ceil(seconds * _sample_rate(rate))
    return Reply(bytes(samples * BYTES_A_SAMPLE), "application/octet-stream")


def _sample_rate(rate: Any) -> int:
    """Vapi's, where it is one that audio can have."""
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        return USUAL_RATE
    return int(rate)
