"""From who spoke when to how an agent listens: cut-offs, stops, false stops, silences. Plain values, no database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

from calls.assistants.lint.speech import ASSENT

CALLER, AGENT = "user", "assistant"
# Fewer observations say nothing.
LEAST = 20
# A caller who speaks again this soon after the agent began had not finished.
GOES_ON_MS = 1000
# Words and speech updates are stamped apart: words belong to a voice heard this long before or after.
EARLIEST_WORDS_MS, LATEST_WORDS_MS = 500, 4000
BACK_CHANNELS = ASSENT | {"aha", "hm", "hmm", "huh", "mhm", "mm", "oh", "uh", "um", "yup"}
NOTHING, BACK_CHANNEL, WORDS = "nothing", "back-channel", "words"


class Said(NamedTuple):
    role: str
    text: str
    began_ms: int | None
    ended_ms: int | None


class CutIn(NamedTuple):
    """The caller's voice while the agent spoke. `gap_ms`: how long until the agent was silent."""

    began_ms: int
    gap_ms: int | None


class Heard(NamedTuple):
    """One call. `stages`: what the report says of each reply's milliseconds, by stage."""

    said: Sequence[Said]
    cut_ins: Sequence[CutIn] = ()
    ended_ms: int | None = None
    stages: Sequence[dict[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds as they were observed. The figures are 0 where there is `too_few`."""

    observed: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        return len(self.observed)

    @property
    def too_few(self) -> bool:
        return self.number < LEAST

    @property
    def p50_ms(self) -> int:
        return 0 if self.too_few else round(median(self.observed))

    @property
    def p95_ms(self) -> int:
        return 0 if self.too_few else round(quantiles(self.observed, n=20, method="inclusive")[-1])


@dataclass(frozen=True, slots=True)
class Share:
    hits: int = 0
    number: int = 0

    @property
    def too_few(self) -> bool:
        return self.number < LEAST

    @property
    def percent(self) -> float:
        return 0.0 if self.too_few else round(100 * self.hits / self.number, 1)


@dataclass(frozen=True, slots=True)
class Measured:
    """`went_on_ms`: of each cut-off, how long after the agent's first sound the caller spoke again (0: still spoke).

    `false_stops`: interruptions without words of the caller's, or only with a back-channel; `noise`: without any word.
    `stages`: the usual milliseconds of a reply by what they went into; empty where too few reports say it.
    """

    calls: int = 0
    stops: Spread = Spread()
    cut_offs: Share = Share()
    went_on_ms: tuple[int, ...] = ()
    false_stops: Share = Share()
    noise: Share = Share()
    silences: Spread = Spread()
    stages: tuple[tuple[str, int], ...] = ()


def measured(calls: Sequence[Heard]) -> Measured:
    replies = [reply for call in calls for reply in _replies(call.said)]
    went_on = tuple(reply.went_on_ms for reply in replies if reply.went_on_ms is not None)
    after = [words for call in calls for words in after_cut_ins(call)]
    return Measured(
        calls=len(calls),
        stops=Spread(tuple(one.gap_ms for call in calls for one in call.cut_ins if one.gap_ms is not None)),
        cut_offs=Share(len(went_on), len(replies)),
        went_on_ms=went_on,
        false_stops=Share(len(after) - after.count(WORDS), len(after)),
        noise=noise(after),
        silences=Spread(tuple(one.silence_ms for one in replies if one.silence_ms is not None)),
        stages=_usual(one for call in calls for one in call.stages),
    )


def noise(after: Sequence[str]) -> Share:
    """How many interruptions were followed by no word at all."""
    return Share(after.count(NOTHING), len(after))


def after_cut_ins(call: Heard) -> Iterator[str]:
    """What the caller said with each interruption: NOTHING, BACK_CHANNEL or WORDS.

    Left out where nobody can know: words were not received at all, or the call ended before any could come.
    """
    spoken = [one for one in call.said if one.role == CALLER and one.began_ms is not None]
    if not spoken:
        return
    for cut_in in call.cut_ins:
        text = " ".join(one.text for one in spoken if _belongs(one, cut_in, call.said))
        hung_up = call.ended_ms is not None and call.ended_ms - cut_in.began_ms < LATEST_WORDS_MS
        if text or not hung_up:
            yield _kind(text)


def is_back_channel(text: str) -> bool:
    return _kind(text) == BACK_CHANNEL


def _kind(text: str) -> str:
    words = re.findall(r"[\w'-]+", text.lower())
    if not words:
        return NOTHING
    return BACK_CHANNEL if BACK_CHANNELS.issuperset(words) else WORDS


def _belongs(words: Said, cut_in: CutIn, said: Sequence[Said]) -> bool:
    """What the caller says once the agent speaks again is an answer to that."""
    stopped_ms = cut_in.began_ms + (cut_in.gap_ms or 0)
    resumed = (one.began_ms for one in said if one.role == AGENT and (one.began_ms or 0) > stopped_ms)
    until_ms = min((ms for ms in resumed if ms is not None), default=stopped_ms + LATEST_WORDS_MS)
    began_ms = words.began_ms or 0
    goes_through = began_ms <= cut_in.began_ms < (words.ended_ms or 0)
    return goes_through or cut_in.began_ms - EARLIEST_WORDS_MS <= began_ms < min(until_ms, stopped_ms + LATEST_WORDS_MS)


class _Reply(NamedTuple):
    silence_ms: int | None
    went_on_ms: int | None


def _replies(said: Sequence[Said]) -> Iterator[_Reply]:
    """The agent's turns that follow the caller's, where both have their times."""
    for before, reply, after in zip(said, said[1:], [*said[2:], None], strict=False):
        if (before.role, reply.role) == (CALLER, AGENT) and before.ended_ms is not None and reply.began_ms is not None:
            silence_ms = reply.began_ms - before.ended_ms
            yield _Reply(silence_ms if silence_ms >= 0 else None, _went_on_ms(silence_ms, reply.began_ms, after))


def _went_on_ms(silence_ms: int, began_ms: int, after: Said | None) -> int | None:
    """None where the caller had finished. A "mhm" goes along with the agent and is no cut-off."""
    if silence_ms < 0:
        return 0
    if after is None or after.role != CALLER or after.began_ms is None or is_back_channel(after.text):
        return None
    return max(after.began_ms - began_ms, 0) if after.began_ms - began_ms <= GOES_ON_MS else None


def _usual(stages: Iterable[dict[str, int]]) -> tuple[tuple[str, int], ...]:
    each = list(stages)
    if len(each) < LEAST:
        return ()
    names = {name: None for one in each for name in one}
    return tuple((name, round(median(one.get(name, 0) for one in each))) for name in names)
