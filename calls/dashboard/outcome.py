"""How a call ended, in words, and whose fault it was."""

from __future__ import annotations

from dataclasses import dataclass

from calls.models import Call
from calls.projection.ended_reasons import describe

# Call.ended_group, as the filter names it.
GROUPS = {
    "customer-ended": "Caller hung up",
    "assistant-ended": "Agent ended the call",
    "transferred": "Transferred",
    "transfer-failed": "Transfer failed",
    "voicemail": "Voicemail answered",
    "time-limit": "Time limit reached",
    "not-connected": "Not connected",
    "canceled": "Cancelled",
    "telephony-completed": "Phone line closed",
    "telephony-error": "Phone line failed",
    "start-error": "Could not start",
    "assistant-request-error": "This server did not name an assistant",
    "llm-error": "Language model failed",
    "voice-error": "Voice failed",
    "transcriber-error": "Speech recognition failed",
    "platform-error": "Vapi failed",
    "unknown": "A reason not known here",
}
FAULTS = {
    "vapi": "Vapi's fault",
    "provider": "a provider's fault",
    "unattributed": "fault not known",
}
# Groups where nothing went wrong, so that "nobody's fault" is worth saying.
CALM = {"customer-ended", "assistant-ended", "transferred", "voicemail", "telephony-completed", "canceled"}


@dataclass(frozen=True)
class Outcome:
    words: str
    fault: str
    tone: str


WENT_SILENT = Outcome("Went silent, no end was reported", "", "orange")


def outcome(call: Call) -> Outcome:
    if call.lost_at is not None:
        return WENT_SILENT
    if call.ended_at is None and call.status != Call.Status.ENDED:
        return Outcome(status_words(call), "", "azure")
    calm = call.ended_group in CALM and not call.fault
    fault = FAULTS.get(call.fault, call.fault) or ("nobody's fault" if calm else "")
    tone = "secondary" if calm or not call.ended_group else "orange"
    return Outcome(describe(call.ended_reason) or "Ended", fault, tone)


def status_words(call: Call) -> str:
    """Vapi's unknown statuses are shown as they came."""
    return dict(Call.Status.choices).get(call.status, call.status)
