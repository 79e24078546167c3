"""From measures to settings: which to change, to what, why, and what to expect. The rules are the table at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from calls.assistants.paths import find
from calls.assistants.tuning.measure import Measured

PHONE, WEB = "phone", "web"

MOST_CUT_OFF_PERCENT, FEW_CUT_OFF_PERCENT = 5, 2
LONG_SILENCE_MS = 1500
SLOW_STOP_MS, QUICK_STOP_MS = 500, 400
MOST_FALSE_PERCENT = 15
STEPS_MS = (100, 200, 300, 400, 500)
LISTENING = ("endpointing", "transcriber")

Document = dict[str, Any]
Move = tuple[Any, Any, int]  # before, after, and by how many ms


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`path` is empty where no setting helps; then `effect` says what would."""

    because: str
    effect: str
    path: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        setting = f"{self.path}: {self.before} → {self.after}. " if self.path else ""
        return f"{setting}{self.because} {self.effect}"


@dataclass(frozen=True)
class Number:
    """`ms_each`: milliseconds in one unit. `usual`: Vapi's default."""

    path: str
    usual: float
    least: dict[str, float]
    most: float
    ms_each: int
    is_there: Callable[[Document], bool] = bool

    def moved(self, document: Document, line: str, by_ms: int) -> Move | None:
        """None where it is not there, or stands there already."""
        if not self.is_there(document):
            return None
        found = find(document, self.path)
        before = self.usual if found is None else found
        after = round(min(max(before + by_ms / self.ms_each, self.least[line]), self.most), 2)
        gained_ms = round((after - before) * self.ms_each)
        return (before, _plain(after), gained_ms) if gained_ms * by_ms > 0 else None


@dataclass(frozen=True)
class Fixed:
    path: str
    usual: Any
    value: Any

    def moved(self, document: Document, line: str, by_ms: int) -> Move | None:
        found = find(document, self.path)
        before = self.usual if found is None else found
        return None if before == self.value else (before, self.value, 0)


Knob = Number | Fixed


@dataclass(frozen=True)
class Rule:
    """The first knob that can still move is taken. `otherwise` is said where none can; empty: nothing is."""

    applies: Callable[[Measured], bool]
    because: Callable[[Measured], str]
    knobs: tuple[Knob, ...]
    by_ms: Callable[[Measured], int]
    effect: Callable[[Measured, int], str]
    otherwise: str = ""


def suggestions(found: Measured, document: Document, line: str) -> list[Suggestion]:
    """`document` is what Vapi has. `line`: PHONE or WEB."""
    made = (_suggestion(rule, found, document, line) for rule in RULES if rule.applies(found))
    return [one for one in made if one is not None]


def _suggestion(rule: Rule, found: Measured, document: Document, line: str) -> Suggestion | None:
    by_ms, because = rule.by_ms(found), rule.because(found)
    for knob in rule.knobs:
        if move := knob.moved(document, line, by_ms):
            before, after, gained_ms = move
            return Suggestion(because, rule.effect(found, gained_ms), knob.path, _written(before), _written(after))
    return Suggestion(because, rule.otherwise) if rule.otherwise else None


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{_plain(value)}"


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


def _has_endpointing(document: Document) -> bool:
    """Deepgram's flux decides by itself when a caller has finished."""
    transcriber = find(document, "transcriber") or {}
    return transcriber.get("provider") == "deepgram" and not str(transcriber.get("model", "")).startswith("flux")


ENDPOINTING = Number("transcriber.endpointing", 10, {PHONE: 300, WEB: 100}, 500, 1, _has_endpointing)
WAIT = Number("startSpeakingPlan.waitSeconds", 0.4, {PHONE: 0.2, WEB: 0.2}, 2, 1000)
VOICE = Number("stopSpeakingPlan.voiceSeconds", 0.2, {PHONE: 0.1, WEB: 0.1}, 0.3, 1000)
NO_WORDS = Fixed("stopSpeakingPlan.numWords", 0, 0)
DENOISING = Fixed("backgroundSpeechDenoisingPlan.smartDenoisingPlan.enabled", False, True)


def _prevented(found: Measured, by_ms: int) -> int:
    """Cut-offs in which the caller went on before the agent would have begun, had it waited that much longer."""
    return sum(1 for ms in found.went_on_ms if ms <= by_ms)


def _longer_ms(found: Measured) -> int:
    """The least that brings cut-offs down to what is tolerable; the most there is where nothing does."""
    tolerable = found.cut_offs.number * FEW_CUT_OFF_PERCENT / 100
    return next((ms for ms in STEPS_MS if found.cut_offs.hits - _prevented(found, ms) <= tolerable), STEPS_MS[-1])


def _many_cut_offs(found: Measured) -> bool:
    return found.cut_offs.percent > MOST_CUT_OFF_PERCENT


def _long_silences(found: Measured) -> bool:
    few_cut_offs = not found.cut_offs.too_few and found.cut_offs.percent <= FEW_CUT_OFF_PERCENT
    return found.silences.p50_ms > LONG_SILENCE_MS and few_cut_offs


def _is_listening(found: Measured) -> bool:
    """Without reports that say otherwise."""
    stages = dict(found.stages)
    return 3 * sum(stages.get(name, 0) for name in LISTENING) >= sum(stages.values())


def _slow_stops(found: Measured) -> bool:
    return found.stops.p95_ms > SLOW_STOP_MS


def _many_false(found: Measured) -> bool:
    return found.false_stops.percent > MOST_FALSE_PERCENT


def _is_noise(found: Measured) -> bool:
    return 2 * found.noise.hits >= found.false_stops.hits


def _said_cut_offs(found: Measured) -> str:
    share = f"{found.cut_offs.percent} % of {found.cut_offs.number:,} replies"
    return f"The agent began before the caller had finished in {share}."


def _said_silences(found: Measured) -> str:
    return f"Half of {found.silences.number:,} replies came after more than {found.silences.p50_ms:,} ms of silence."


def _said_stops(found: Measured) -> str:
    return (
        f"Of {found.stops.number:,} interruptions, one in twenty was talked over for {found.stops.p95_ms:,} ms or more."
    )


def _said_false(found: Measured) -> str:
    share, nothing = found.false_stops, found.noise.hits
    of = f"{share.percent} % of {share.number:,} interruptions"
    return f"In {of} the caller said nothing ({nothing}) or only a “mhm” ({share.hits - nothing})."


RULES = (
    Rule(
        _many_cut_offs,
        _said_cut_offs,
        (ENDPOINTING, WAIT),
        _longer_ms,
        lambda found, ms: (
            f"{_prevented(found, ms)} of {found.cut_offs.hits} would not have happened; each reply comes {ms} ms later."
        ),
        "The settings are as patient as is sensible: look at the recordings of such calls.",
    ),
    Rule(
        lambda found: _long_silences(found) and _is_listening(found),
        _said_silences,
        (WAIT, ENDPOINTING),
        lambda found: -min(200, (found.silences.p50_ms - LONG_SILENCE_MS) // 100 * 100 + 100),
        lambda _, ms: f"Replies come {-ms} ms sooner. Few are cut off today; look again after a day.",
    ),
    Rule(
        lambda found: _long_silences(found) and not _is_listening(found),
        _said_silences,
        (),
        lambda _: 0,
        lambda _found, _ms: "",
        "Endpointing is little of it: see the stages below, and shorten what is longest there.",
    ),
    Rule(
        _slow_stops,
        _said_stops,
        (NO_WORDS,),
        lambda _: 0,
        lambda _found, _ms: "The agent stops at the voice, not once words are transcribed.",
    ),
    Rule(
        lambda found: _slow_stops(found) and not _many_false(found),
        _said_stops,
        (VOICE,),
        lambda _: -100,
        lambda _, ms: f"It falls silent {-ms} ms sooner. Short noises stop it more easily; few do today.",
    ),
    Rule(
        lambda found: _many_false(found) and _is_noise(found),
        _said_false,
        (DENOISING,),
        lambda _: 0,
        lambda _found, _ms: "Noise stops the agent less often.",
    ),
    Rule(
        lambda found: _many_false(found) and found.stops.p95_ms <= QUICK_STOP_MS,
        _said_false,
        (VOICE,),
        lambda _: 100,
        lambda _, ms: f"A sound shorter than that stops it no more; real interruptions are heard {ms} ms later.",
    ),
    Rule(
        lambda found: _many_false(found) and _slow_stops(found),
        _said_false,
        (),
        lambda _: 0,
        lambda _found, _ms: "",
        "It stops late as well, so no longer voiceSeconds is suggested: one would worsen the other.",
    ),
)
