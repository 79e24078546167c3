"""Rules on hearing and speaking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calls.assistants.lint.rule import Hit, Subject, Surroundings, every
from calls.assistants.old_forms import LONGEST_MS, SHORTEST_MS
from calls.assistants.paths import find
from calls.assistants.valid import problems

PHONE_ENDPOINTING_MS = 300
DEEPGRAMS_DEFAULT_MS = 10
MOST_STOP_MS = 500
# What passes between the caller's voice and the agent's silence beside the setting: line, detection, playback.
STOP_OVERHEAD_MS = 200
USUAL_VOICE_S = 0.2
ASSENT = frozenset("ah alright got_it mhmm mm-hmm ok okay right sure uh-huh yeah yep yes".replace("_", " ").split())
COMMON = ASSENT | frozenset(
    "a and bye can for good have hello help hi i in is it me my need no not of on order please problem question "
    "thank thanks that the this to want what with you your".split()
)


def endpointing_out_of_range(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    ms = find(subject.document, "transcriber.endpointing")
    if _is_number(ms) and not SHORTEST_MS <= ms <= LONGEST_MS:
        yield "transcriber.endpointing", f"{ms} ms is outside {SHORTEST_MS} to {LONGEST_MS}."


def endpointing_short_for_phones(subject: Subject, about: Surroundings) -> Iterator[Hit]:
    transcriber = find(subject.document, "transcriber") or {}
    if not about.phone_lines or transcriber.get("provider") != "deepgram" or _is_flux(transcriber):
        return
    ms = transcriber.get("endpointing", DEEPGRAMS_DEFAULT_MS)
    if _is_number(ms) and ms < PHONE_ENDPOINTING_MS:
        yield "transcriber.endpointing", f"{ms} ms cuts callers off on telephone lines."


def slow_to_stop(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    plan = find(subject.document, "stopSpeakingPlan") or {}
    words, voice_s = plan.get("numWords", 0), plan.get("voiceSeconds", USUAL_VOICE_S)
    if words:
        yield "stopSpeakingPlan.numWords", f"The agent talks on until {words} word(s) are transcribed."
    elif voice_s * 1000 + STOP_OVERHEAD_MS > MOST_STOP_MS:
        yield "stopSpeakingPlan.voiceSeconds", f"{voice_s} s of voice, and about {STOP_OVERHEAD_MS} ms to fall silent."


def no_denoising(subject: Subject, about: Surroundings) -> Iterator[Hit]:
    plan = find(subject.document, "backgroundSpeechDenoisingPlan") or {}
    is_on = any(find(plan, f"{kind}.enabled") for kind in ("smartDenoisingPlan", "fourierDenoisingPlan"))
    if subject.key in about.noisy and not is_on:
        yield "backgroundSpeechDenoisingPlan", "No denoising is on, and noise was measured in its calls."


def common_words(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    lists = {
        "transcriber.keywords": COMMON,
        "transcriber.keyterm": COMMON,
        "endCallPhrases": COMMON,
        "stopSpeakingPlan.interruptionPhrases": ASSENT,
    }
    for path, common in lists.items():
        for position, phrase in enumerate(find(subject.document, path) or []):
            words = str(phrase).partition(":")[0].lower().split()
            if words and common.issuperset(words):
                yield f"{path}[{position}]", f"Callers say {phrase!r} all the time."


def keywords_for_keyterm(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    transcriber = find(subject.document, "transcriber") or {}
    model = str(transcriber.get("model", ""))
    wants_keyterm = transcriber.get("provider") == "deepgram" and (model.startswith("nova-3") or _is_flux(transcriber))
    if wants_keyterm and transcriber.get("keywords"):
        yield "transcriber.keywords", f"{model} takes no keywords."


def unknown_voice_key(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    voice = subject.document.get("voice") or {}
    for problem in problems("CreateAssistantDTO", {"voice": voice}) if voice else []:
        if problem.path.startswith("voice.") and "is no field" in problem.message:
            yield problem.path, f"The voice provider {voice['provider']} has no such setting."


def two_voices(subject: Subject, _: Surroundings) -> Iterator[Hit]:
    for path, value in every(subject.document):
        if path.endswith(".twiml") and isinstance(value, str) and "<say" in value.lower():
            yield path, "Twilio speaks here with a voice of its own, beside Vapi's."


def _is_flux(transcriber: dict[str, Any]) -> bool:
    return str(transcriber.get("model", "")).startswith("flux")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
