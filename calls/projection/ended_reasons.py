"""Why a call ended, by Vapi's endedReason: the kind of end, who ended it, and whose fault it was.

Vapi's list is open: a reason nobody knows is unknown, never an error.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Ending(NamedTuple):
    group: str
    party: str
    fault: str
    """`vapi`, `provider`, `unattributed`, or empty: nobody's."""


NOT_ENDED = Ending("", "", "")
UNKNOWN = Ending("unknown", "unknown", "")

# Group, party, and a regular expression that matches the whole reason. The first match counts.
_RULES: tuple[tuple[str, str, str], ...] = (
    ("customer-ended", "customer", r"customer-ended-call(-.+)?"),
    ("assistant-ended", "assistant", r"assistant-ended-call(-.+)?|assistant-said-end-call-phrase"),
    ("assistant-ended", "assistant", r"call\.(ending|ringing)\.hook-executed-say"),
    ("transferred", "assistant", r"assistant-forwarded-call|call\.(ending|ringing)\.hook-executed-transfer"),
    ("transferred", "assistant-request", r"assistant-request-returned-forwarding-phone-number"),
    ("assistant-request-error", "your-server", r"assistant-request-(failed|returned-.+)"),
    ("time-limit", "limit", r"exceeded-max-duration|silence-timed-out"),
    ("voicemail", "voicemail", r"voicemail"),
    ("not-connected", "customer", r"customer-(busy|did-not-.+)|twilio-reported-customer-misdialed|vonage-rejected"),
    ("not-connected", "customer", r"call\.ringing\.sip-inbound-caller-hungup-before-call-connect"),
    ("canceled", "operator", r"manually-canceled|(scheduled-)?call-deleted"),
    ("transfer-failed", "transfer", r"call\.forwarding\.(no-answer|operator-busy)"),
    ("transfer-failed", "transfer", r"call\.in-progress\.error-(warm-)?transfer-.+"),
    ("telephony-completed", "telephony", r"call\.in-progress\.(sip|twilio)-completed-call"),
    ("telephony-completed", "telephony", r"vonage-(completed|disconnected)"),
    ("telephony-error", "telephony", r"call\.(ringing|in-progress)\.error-sip-(in|out)bound-.+"),
    ("telephony-error", "telephony", r"call\.in-progress\.error-providerfault-outbound-sip-.+"),
    ("telephony-error", "telephony", r"call\.in-progress\.error-(providerfault|vapifault)-(.+-)?transport-.+"),
    ("telephony-error", "telephony", r"call\.in-progress\.error-assistant-did-not-receive-customer-audio"),
    ("telephony-error", "telephony", r"(twilio|vonage)-failed-to-connect-call|phone-call-provider-.+"),
    ("start-error", "config-or-billing", r"call\.start\..+|call-start-error-.+|assistant-not-(found|valid)"),
    ("platform-error", "vapi", r"worker-shutdown|assistant-join-timed-out"),
    ("platform-error", "vapi", r"call\.in-progress\.error-vapifault-(worker-.+|chat-pipeline-.+)"),
    ("transcriber-error", "transcriber", r"<stage>.+-(transcriber|returning)-.+"),
    ("voice-error", "voice", r"<stage>(.+-(voice|video)-failed|(cartesia|eleven-labs|playht)-.+|microsoft-voice-.+)"),
    ("llm-error", "llm", r"<stage>(.+-llm-failed|[a-z-]+-[45]\d\d-.+|pipeline-(no-available-llm|ws)-model.*)"),
)
_STAGE = r"(pipeline-error-|call\.in-progress\.error-((provider|vapi)fault-)?)"
_PATTERNS = [(Ending(group, party, ""), re.compile(text.replace("<stage>", _STAGE))) for group, party, text in _RULES]

_BLAMED = (
    (re.compile(r"error-providerfault-"), "provider"),
    (re.compile(r"error-vapifault-|^(worker-shutdown|assistant-join-timed-out)$"), "vapi"),
    (re.compile(r"^pipeline-error-|^call\.(in-progress|start)\.error-"), "unattributed"),
)

_SENTENCES = {
    "": "",
    "unknown": "Ended for a reason not known here",
    "customer-ended": "Caller hung up",
    "assistant-ended": "Agent ended the call",
    "transferred": "Transferred",
    "transfer-failed": "Transfer failed",
    "time-limit": "Time limit reached",
    "voicemail": "Voicemail answered",
    "not-connected": "Not connected",
    "canceled": "Cancelled by an operator",
    "telephony-completed": "Phone line closed",
    "telephony-error": "Phone line failed",
    "assistant-request-error": "This server did not name an assistant",
    "start-error": "Could not start: settings, billing or limits",
    "platform-error": "Vapi failed",
    "transcriber-error": "Speech recognition failed",
    "voice-error": "Voice failed",
    "llm-error": "Language model failed",
}
_BETTER_SENTENCES = {
    "customer-busy": "Line was busy",
    "customer-did-not-answer": "Nobody answered",
    "customer-did-not-give-microphone-permission": "Caller did not allow the microphone",
    "exceeded-max-duration": "Longest duration reached",
    "silence-timed-out": "Ended after silence",
}
_PROVIDERS = {"transcriber-error": "Speech recognition", "voice-error": "Voice", "llm-error": "Language model"}


@lru_cache(maxsize=1024)
def classify(reason: str) -> Ending:
    if not reason:
        return NOT_ENDED
    ending = next((ending for ending, pattern in _PATTERNS if pattern.fullmatch(reason)), UNKNOWN)
    return ending if ending is UNKNOWN else ending._replace(fault=_fault(reason))


def describe(reason: str) -> str:
    """For people, such as "Caller hung up"."""
    ending = classify(reason)
    if ending.fault == "provider" and ending.group in _PROVIDERS:
        return f"{_PROVIDERS[ending.group]} provider failed"
    return _BETTER_SENTENCES.get(reason) or _SENTENCES[ending.group]


def _fault(reason: str) -> str:
    return next((fault for pattern, fault in _BLAMED if pattern.search(reason)), "")
