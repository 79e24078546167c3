"""How a call ended, in words, and whose fault it was."""

from __future__ import annotations

from dataclasses import dataclass

from calls.models import Call

GROUPS = {
    "customer-ended": "Caller hung up",
    "assistant-ended": "Agent ended the call",
    "transferred": "Handed over",
    "transfer-failed": "Hand-over failed",
    "voicemail": "Voicemail",
    "time-limit": "Time limit reached",
    "not-connected": "Never connected",
    "canceled": "Cancelled",
    "telephony-completed": "Line closed",
    "telephony-error": "Phone line failed",
    "start-error": "Could not start",
    "assistant-request-error": "Our server gave no agent",
    "llm-error": "Language model failed",
    "voice-error": "Voice failed",
    "transcriber-error": "Transcriber failed",
    "platform-error": "Vapi failed",
}
FAULTS = {
    "vapi": "Vapi's fault",
    "provider": "provider's fault",
    "your-server": "our server's fault",
    "unattributed": "fault not known",
}
# Groups where nothing went wrong, so that "nobody's fault" is worth saying.
CALM = {"customer-ended", "assistant-ended", "transferred", "voicemail", "telephony-completed", "canceled"}


@dataclass(frozen=True)
class Outcome:
    words: str
    fault: str
    tone: str


def outcome(call: Call) -> Outcome:
    if call.ended_at is None and call.status != Call.Status.ENDED:
        return Outcome(status_words(call), "", "azure")
    calm = call.ended_group in CALM and not call.fault
    fault = FAULTS.get(call.fault, call.fault) or ("nobody's fault" if calm else "")
    return Outcome(_ending(call), fault, "secondary" if calm or not call.ended_group else "orange")


def _ending(call: Call) -> str:
    return GROUPS.get(call.ended_group) or call.ended_reason.replace("-", " ").capitalize() or "Ended"


def status_words(call: Call) -> str:
    """Vapi's unknown statuses are shown as they came."""
    return dict(Call.Status.choices).get(call.status, call.status)
