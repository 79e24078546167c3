"""What a call would sound like: bursts of a tone while somebody speaks, silence between, a pitch a side.

The same turns always make the same bytes, so that a waveform and a click on a line can be judged by eye and ear.
"""

from __future__ import annotations

import io
import math
import wave
from array import array
from dataclasses import dataclass
from functools import cache

RATE = 8_000
SYLLABLE = RATE // 5  # samples; both pitches fit a whole number of times
PITCHES_HZ = {"user": 330, "assistant": 180}
LOUDNESS = (0.42, 0.3, 0.5, 0.22, 0.36)


@dataclass(frozen=True)
class Spoken:
    role: str
    start_ms: int
    end_ms: int


def wav(turns: tuple[Spoken, ...], duration_ms: int) -> bytes:
    """16-bit mono. Where two speak at once, the one who began later is heard."""
    sound = bytearray(2 * _samples(duration_ms))
    for turn in turns:
        begin, end = (2 * _samples(min(max(at, 0), duration_ms)) for at in (turn.start_ms, turn.end_ms))
        sound[begin:end] = _speech(turn.role, max(end - begin, 0))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(sound)
    return file.getvalue()


def _speech(role: str, size: int) -> bytes:
    phrase = _phrase(PITCHES_HZ.get(role, PITCHES_HZ["assistant"]))
    return (phrase * (size // len(phrase) + 1))[:size]


@cache
def _phrase(pitch_hz: int) -> bytes:
    """A second of five syllables, each as long and as loud as it rises and falls."""
    samples = array("h")
    for loud in LOUDNESS:
        for n in range(SYLLABLE):
            swell = math.sin(math.pi * n / SYLLABLE)
            samples.append(int(32_000 * loud * swell * math.sin(2 * math.pi * pitch_hz * n / RATE)))
    return samples.tobytes()


def _samples(ms: int) -> int:
    return ms * RATE // 1000
