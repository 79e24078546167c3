"""Settings as tutorials of 2024 wrote them, in today's fields. What never was a setting is said to be none.

Each rule takes its value out of the settings, puts what has the same end today, and says so in one sentence.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from calls.assistants.paths import find, merged, put, take

SHORTEST_MS, LONGEST_MS = 10, 500
DENOISING = "backgroundSpeechDenoisingPlan.smartDenoisingPlan.enabled"
NO_SECRETS = (
    "A secret has no place in a file and was left out: make a credential in Vapi's dashboard and name it in "
    "server.credentialId"
)

Settings = dict[str, Any]
Rule = Callable[[Settings, Any], str]


@dataclass(frozen=True, slots=True)
class Translated:
    """`notes`: (old path, sentence)."""

    settings: Settings
    prompt: str
    notes: list[tuple[str, str]]


def translate(settings: Settings, prompt: str) -> Translated:
    """The settings are not changed. A prompt in the settings is used where the file has no text of its own."""
    draft = copy.deepcopy(settings)
    notes = []
    for path, rule in RULES.items():
        if find(draft, path) is not None:
            notes.append((path, rule(draft, take(draft, path))))
    old_prompt = draft.pop(_PROMPT, "")
    return Translated(draft, prompt or old_prompt, notes)


_PROMPT = "prompt of an old form"


def _moved(path: str) -> Rule:
    def move(draft: Settings, value: Any) -> str:
        put(draft, path, value)
        return f"is {path} today."

    return move


def _prompt(draft: Settings, value: Any) -> str:
    draft[_PROMPT] = str(value).strip()
    return "is the text below the settings today (model.messages)."


def _dropped(sentence: str) -> Rule:
    return lambda _draft, _value: sentence


def _functions(draft: Settings, value: Any) -> str:
    tools = draft.setdefault("tools", [])
    for function in value if isinstance(value, list) else [value]:
        tools.append({"type": "function", "function": function} if isinstance(function, dict) else function)
    return "are tools of type function today."


def _endpointing(draft: Settings, value: Any) -> str:
    """`{enabled, silenceThresholdMs}`, or the milliseconds alone."""
    if isinstance(value, dict):
        if value.get("enabled") is False:
            return "never was a setting of Vapi's. Endpointing cannot be off; it keeps its default."
        value = value.get("silenceThresholdMs", value.get("silenceThreshold"))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "never was a setting of Vapi's, and names no milliseconds: left out."
    put(draft, "transcriber.endpointing", min(max(round(value), SHORTEST_MS), LONGEST_MS))
    said = "never was a setting of Vapi's; transcriber.endpointing has the same end"
    if value <= LONGEST_MS:
        return f"{said}."
    put(draft, "startSpeakingPlan.transcriptionEndpointingPlan.onNoPunctuationSeconds", min(value / 1000, 3))
    return f"{said}, up to {LONGEST_MS} ms; the rest is startSpeakingPlan.transcriptionEndpointingPlan."


def _vad(draft: Settings, value: Any) -> str:
    """0…1. What decides at Vapi how much voice makes the agent stop is a duration, 0…0.5 s."""
    threshold = value.get("threshold") if isinstance(value, dict) else value
    if isinstance(threshold, bool) or not isinstance(threshold, int | float):
        return "never was a setting of Vapi's: left out. stopSpeakingPlan.voiceSeconds has the same end."
    put(draft, "stopSpeakingPlan.voiceSeconds", round(min(max(threshold, 0), 1) * 0.5, 2))
    return "never was a setting of Vapi's; stopSpeakingPlan.voiceSeconds has the same end (0…1 is 0…0.5 s)."


def _barge_in(draft: Settings, value: Any) -> str:
    """Whether, and after how many words, a caller may cut in."""
    plan = value if isinstance(value, dict) else {"enabled": value}
    if plan.get("enabled") is False:
        put(draft, "stopSpeakingPlan.numWords", 10)
        return "never was a setting of Vapi's; stopSpeakingPlan.numWords: 10 makes cutting in hard."
    words = plan.get("minWords", plan.get("minInterruptionWords", 0))
    put(draft, "stopSpeakingPlan.numWords", words if isinstance(words, int) else 0)
    if isinstance(ms := plan.get("minDurationMs"), int | float):
        put(draft, "stopSpeakingPlan.voiceSeconds", min(ms / 1000, 0.5))
    return "never was a setting of Vapi's; stopSpeakingPlan has the same end."


def _silence_timeout(draft: Settings, value: Any) -> str:
    ending = {
        "on": "customer.speech.timeout",
        "options": {"timeoutSeconds": value, "triggerMaxCount": 1},
        "do": [{"type": "tool", "tool": {"type": "endCall"}}],
    }
    draft.setdefault("hooks", []).append(ending)
    return "left Vapi's schema in August 2025; a hook on customer.speech.timeout ends the call."


def _forwarding(draft: Settings, value: Any) -> str:
    destination = {"type": "number", "number": value, "description": "A person of the support team"}
    draft.setdefault("tools", []).append({"type": "transferCall", "destinations": [destination]})
    return "is a tool of type transferCall today."


def _tool(kind: str) -> Rule:
    def add(draft: Settings, value: Any) -> str:
        if value:
            draft.setdefault("tools", []).append({"type": kind})
        return f"is a tool of type {kind} today."

    return add


def _denoising(draft: Settings, value: Any) -> str:
    put(draft, DENOISING, bool(value))
    return f"is {DENOISING} today."


def _summary_prompt(draft: Settings, value: Any) -> str:
    put(draft, "analysisPlan.summaryPlan.messages", [{"role": "system", "content": value}])
    return "is analysisPlan.summaryPlan.messages today; structured outputs replace it."


def _voicemail(draft: Settings, value: Any) -> str:
    put(draft, "voicemailDetection", {"provider": "vapi"} if value else "off")
    return "is voicemailDetection: {provider: vapi} today."


def _keywords(draft: Settings, value: Any) -> str:
    """The words to listen for, which tutorials put beside the transcriber."""
    words = [str(word) for word in value] if isinstance(value, list) else [str(value)]
    put(draft, "transcriber.keywords", words)
    return "is transcriber.keywords today."


def _intents(_draft: Settings, value: Any) -> str:
    named = ", ".join(map(str, value)) if isinstance(value, dict) else str(value)
    return (
        f"never was a setting of Vapi's ({named}): words do not tell what a caller means. "
        "A tool with a description has the same end, and what destroys or spends asks the caller first."
    )


def _keyterms(draft: Settings) -> tuple[str, str] | None:
    """`keywords` on a model that wants `keyterm`; the boosts (`word:2`) mean nothing there."""
    transcriber = draft.get("transcriber")
    if not isinstance(transcriber, dict) or not _wants_keyterm(transcriber) or "keywords" not in transcriber:
        return None
    words = [str(word).partition(":")[0] for word in transcriber.pop("keywords")]
    transcriber["keyterm"] = [*transcriber.get("keyterm", []), *words]
    return "transcriber.keywords", "is transcriber.keyterm on this model; boosts mean nothing there."


def _wants_keyterm(transcriber: Settings) -> bool:
    model = str(transcriber.get("model", ""))
    return transcriber.get("provider") == "deepgram" and model.startswith(("nova-3", "flux"))


RULES: dict[str, Rule] = {
    "systemPrompt": _prompt,
    "model.systemPrompt": _prompt,
    "serverUrl": _moved("server.url"),
    "serverUrlSecret": _dropped(f"{NO_SECRETS}."),
    "server.secret": _dropped(f"{NO_SECRETS}."),
    "serverTimeoutSeconds": _moved("server.timeoutSeconds"),
    "functions": _functions,
    "model.functions": _functions,
    "functionCall": _dropped("never was a setting: it is what Vapi's old function-call message holds. Left out."),
    "endpointing": _endpointing,
    "endpointingMs": _endpointing,
    "silenceThresholdMs": _endpointing,
    "vad": _vad,
    "vadThreshold": _vad,
    "voiceActivityDetection": _vad,
    "bargeIn": _barge_in,
    "bargeInEnabled": _barge_in,
    "interruptionsEnabled": _barge_in,
    "numWordsToInterruptAssistant": _moved("stopSpeakingPlan.numWords"),
    "responseDelaySeconds": _moved("startSpeakingPlan.waitSeconds"),
    "llmRequestDelaySeconds": _moved("startSpeakingPlan.waitSeconds"),
    "recordingEnabled": _moved("artifactPlan.recordingEnabled"),
    "hipaaEnabled": _moved("compliancePlan.hipaaEnabled"),
    "silenceTimeoutSeconds": _silence_timeout,
    "forwardingPhoneNumber": _forwarding,
    "endCallFunctionEnabled": _tool("endCall"),
    "dialKeypadFunctionEnabled": _tool("dtmf"),
    "backgroundDenoisingEnabled": _denoising,
    "backchannelingEnabled": _dropped("left Vapi's schema, and nothing has its place: left out."),
    "voicemailDetectionEnabled": _voicemail,
    "summaryPrompt": _summary_prompt,
    "language": _moved("transcriber.language"),
    "keywords": _keywords,
    "keywordTriggers": _intents,
    "intents": _intents,
}


def modern(settings: Settings, prompt: str, defaults: Settings) -> Translated:
    """With the folder's defaults below, and `keywords` where the model then wants `keyterm`."""
    translated = translate(settings, prompt)
    below = translate(defaults, "").settings
    whole = copy.deepcopy(merged(below, translated.settings))
    more = [note] if (note := _keyterms(whole)) else []
    return Translated(whole, translated.prompt, translated.notes + more)
