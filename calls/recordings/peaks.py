"""The shape of a recording: the lowest and the highest value of each of about a thousand stretches of it.

The length that a WAV file states is not trusted, since one that was written while the call ran may state any. The
stretches begin short, and whenever there are too many of them, two become one.
"""

from __future__ import annotations

import sys
import wave
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

MOST_PAIRS = 1_200
FIRST_STRETCH_FRAMES = 32
FRAMES_A_READ = 65_536
SAMPLE_BYTES = 2

Pair = tuple[int, int]


class UnsupportedError(Exception):
    """Not 16-bit PCM in a WAV file."""


@dataclass(frozen=True)
class Peaks:
    duration_ms: int
    pairs: bytes
    """Signed bytes: lowest, highest, lowest, highest …"""


def peaks(file: IO[bytes]) -> Peaks:
    """Reads once, from front to end, however long the file is. Raises UnsupportedError."""
    try:
        sound = wave.Wave_read(file)
    except (wave.Error, EOFError, ValueError) as error:
        raise UnsupportedError(str(error) or "not a WAV file") from None
    if sound.getsampwidth() != SAMPLE_BYTES or not sound.getframerate():
        raise UnsupportedError(f"{8 * sound.getsampwidth()} bits a sample")
    frames, found = _shape(_samples(sound), sound.getnchannels())
    if not frames:
        raise UnsupportedError("there is no sound in it")
    values = array("b", [value >> 8 for pair in found for value in pair])
    return Peaks(frames * 1000 // sound.getframerate(), values.tobytes())


def _samples(sound: wave.Wave_read) -> Iterator[array[int]]:
    frame_bytes = SAMPLE_BYTES * sound.getnchannels()
    while data := sound.readframes(FRAMES_A_READ):
        samples = array("h", data[: len(data) - len(data) % frame_bytes])
        if sys.byteorder == "big":
            samples.byteswap()
        yield samples


def _shape(blocks: Iterator[array[int]], channels: int) -> tuple[int, list[Pair]]:
    """The number of frames, and the pairs."""
    pairs: list[Pair] = []
    frames, step, rest = 0, FIRST_STRETCH_FRAMES * channels, array("h")
    for block in blocks:
        frames += len(block) // channels
        rest.extend(block)
        at = 0
        while len(rest) - at >= step:
            pairs.append(_pair(rest[at : at + step]))
            at += step
            if len(pairs) == MOST_PAIRS:
                pairs, step = _halved(pairs), 2 * step
        del rest[:at]
    return frames, pairs + ([_pair(rest)] if rest else [])


def _pair(samples: array[int]) -> Pair:
    return min(samples), max(samples)


def _halved(pairs: list[Pair]) -> list[Pair]:
    twos = zip(pairs[::2], pairs[1::2], strict=True)
    return [(min(one[0], two[0]), max(one[1], two[1])) for one, two in twos]
