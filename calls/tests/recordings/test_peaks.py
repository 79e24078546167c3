"""The shape of a sound, whatever its length, and however it arrives."""

from __future__ import annotations

import io
import struct
import wave
from array import array

import pytest

from calls.recordings.peaks import MOST_PAIRS, UnsupportedError, peaks


def wav(samples: list[int], rate: int = 8_000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(array("h", samples).tobytes())
    return file.getvalue()


def pairs(data: bytes) -> list[tuple[int, int]]:
    values = array("b", data)
    return list(zip(values[::2], values[1::2], strict=True))


def test_silence_then_sound_is_flat_then_high() -> None:
    found = peaks(io.BytesIO(wav([0] * 80_000 + [16_384, -32_768] * 40_000)))
    assert found.duration_ms == 20_000
    shape = pairs(found.pairs)
    half = len(shape) // 2
    assert set(shape[: half - 1]) == {(0, 0)}
    assert set(shape[half + 1 :]) == {(-128, 64)}


@pytest.mark.parametrize("frames", [1, 31, 32, 33, 38_400, 38_401, 1_000_003])
def test_any_length_has_at_most_so_many_pairs_and_loses_nothing(frames: int) -> None:
    found = peaks(io.BytesIO(wav([*[0] * (frames - 1), 32_767])))
    assert 1 <= len(found.pairs) // 2 <= MOST_PAIRS
    assert frames < 40_000 or len(found.pairs) // 2 >= MOST_PAIRS // 2
    assert pairs(found.pairs)[-1][1] == 127
    assert found.duration_ms == frames // 8


def test_both_sides_of_a_stereo_recording_count() -> None:
    assert pairs(peaks(io.BytesIO(wav([25_600, -25_600] * 64, channels=2))).pairs) == [(-100, 100)] * 2


def test_a_length_that_was_never_filled_in_is_not_trusted() -> None:
    data = bytearray(wav([1_000] * 8_000))
    data[4:8] = data[40:44] = struct.pack("<I", 0xFFFFFFFF)
    assert peaks(io.BytesIO(bytes(data))).duration_ms == 1_000


def test_a_file_that_breaks_off_shows_what_came() -> None:
    assert peaks(io.BytesIO(wav([1_000] * 8_000)[:8_045])).duration_ms == 500


@pytest.mark.parametrize(
    "data",
    [b"", b"ID3\x04 an mp3", b"RIFF\x04\0\0\0WAVE", b"<html>", wav([]), wav([1] * 9).replace(b"\1\0\1\0", b"\7\0\1\0")],
)
def test_what_is_no_16_bit_wav_is_unsupported(data: bytes) -> None:
    with pytest.raises(UnsupportedError):
        peaks(io.BytesIO(data))
