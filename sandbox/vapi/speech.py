"""One utterance as Vapi reports it: speech-update, partial and final transcripts, and what was heard of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

PARTIAL_EVERY_MS = 900
WRITTEN_AFTER_MS = 400  # by then the model has written the whole turn
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
NOBODY_NAMED: Mapping[str, str] = {}
MESSAGE_ROLES = {"assistant": "bot", "user": "user"}


@dataclass(frozen=True, slots=True)
class Cue:
    """A message that is due at a moment of the call, and what it adds to the conversation."""

    at_ms: float
    type: str
    fields: dict[str, Any] = field(default_factory=dict)
    adds: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    role: str
    text: str
    start_ms: float
    full_ms: float
    turn: int
    stopped_after_ms: float | None = None
    assistant: dict[str, str] = field(default_factory=dict)  # which of a squad speaks

    @property
    def end_ms(self) -> float:
        return self.start_ms + (self.full_ms if self.stopped_after_ms is None else self.stopped_after_ms)

    @property
    def heard(self) -> str:
        if self.stopped_after_ms is None:
            return self.text
        words = self.text.split()
        return " ".join(words[: max(1, int(len(words) * self.stopped_after_ms / self.full_ms))])


def cues(speech: Speech) -> list[Cue]:
    parts = [*_bounds(speech), *_ready(speech), *_transcripts(speech), _turn_is_over(speech)]
    return sorted(parts, key=lambda cue: cue.at_ms)


def until_cut(speech: Speech) -> list[Cue]:
    """Of words in whose middle the line goes dead: nobody tells that they stopped."""
    return [cue for cue in cues(speech) if cue.at_ms < speech.end_ms]


def noise(half_words: str, start_ms: float, ms: float) -> list[Cue]:
    """Taken for the caller's voice, and never a final."""
    words = half_words.split()
    share_ms = ms / (len(words) + 1)
    bounds = [
        Cue(at_ms, "speech-update", {"status": status, "role": "user", "turn": 0})
        for at_ms, status in ((start_ms, "started"), (start_ms + ms, "stopped"))
    ]
    heard = (" ".join(words[: count + 1]) for count in range(len(words)))
    partials = [_transcript(start_ms + share_ms * (n + 1), "user", "partial", text) for n, text in enumerate(heard)]
    return [bounds[0], *partials, bounds[1]]


def _bounds(speech: Speech) -> Iterator[Cue]:
    about = {"role": speech.role, "turn": speech.turn}
    yield Cue(speech.start_ms, "speech-update", {"status": "started", **about})
    if speech.stopped_after_ms is not None:
        yield Cue(speech.end_ms, "user-interrupted", {"turnId": f"turn-{speech.turn}"})
    yield Cue(speech.end_ms, "speech-update", {"status": "stopped", **about})


def _ready(speech: Speech) -> Iterator[Cue]:
    """The text as the agent's voice has it, from a voice that tells no word's time: a sentence, then all of it."""
    if speech.role != "assistant":
        return
    first = SENTENCE_END.split(speech.text)[0]
    about = {"turn": speech.turn, "source": "model"}
    yield Cue(speech.start_ms, "assistant.speechStarted", {"text": first, **about})
    if first != speech.text:
        written_ms = min(speech.start_ms + WRITTEN_AFTER_MS, speech.end_ms)
        yield Cue(written_ms, "assistant.speechStarted", {"text": speech.text, **about})


def _transcripts(speech: Speech) -> Iterator[Cue]:
    """The caller's words come as one final, the agent's in fragments, a sentence each."""
    fragments = SENTENCE_END.split(speech.heard) if speech.role == "assistant" else [speech.heard]
    share_ms = (speech.end_ms - speech.start_ms) / len(speech.heard.split())
    begun_ms = speech.start_ms
    for fragment in fragments:
        words = fragment.split()
        ends_ms = begun_ms + share_ms * len(words)
        yield from _partials(speech, words, begun_ms, share_ms)
        yield _transcript(ends_ms + 130, speech.role, "final", fragment, speech.assistant)
        begun_ms = ends_ms


def _partials(speech: Speech, words: list[str], begun_ms: float, share_ms: float) -> Iterator[Cue]:
    step = max(1, round(PARTIAL_EVERY_MS / share_ms))
    for count in range(step, len(words), step):
        at_ms = begun_ms + share_ms * count + 40
        yield _transcript(at_ms, speech.role, "partial", " ".join(words[:count]), speech.assistant)


def _transcript(at_ms: float, role: str, kind: str, words: str, assistant: Mapping[str, str] = NOBODY_NAMED) -> Cue:
    fields = {"role": role, "transcriptType": kind, "transcript": words, "isFiltered": False, "detectedThreats": []}
    return Cue(at_ms, "transcript", {**fields, **assistant})


def _turn_is_over(speech: Speech) -> Cue:
    return Cue(speech.end_ms + 210, "conversation-update", adds=message(speech))


def message(speech: Speech) -> dict[str, Any]:
    """The utterance as a conversation message, its moments still on the call's clock."""
    extra = {"metadata": {"wordLevelConfidence": _words(speech)}} if speech.role == "user" else {"source": ""}
    return {
        "role": MESSAGE_ROLES[speech.role],
        "message": speech.heard,
        "time": speech.start_ms,
        "endTime": speech.end_ms,
        "duration": speech.end_ms - speech.start_ms,
        **extra,
        **speech.assistant,
    }


def _words(speech: Speech) -> list[dict[str, Any]]:
    words = speech.heard.split()
    share = (speech.end_ms - speech.start_ms) / 1000 / len(words)
    start = speech.start_ms / 1000
    return [
        {
            "word": word.strip(".,!?").lower(),
            "start": round(start + share * index, 3),
            "end": round(start + share * (index + 1), 3),
            "confidence": round(0.999 - index % 7 * 0.011, 4),
            "punctuated_word": word,
            "language": "en",
        }
        for index, word in enumerate(words)
    ]
