"""Why it ended and whose fault it was."""

from __future__ import annotations

import pytest

from calls.projection.ended_reasons import classify, describe

IN_CALL = "call.in-progress.error-"
REASONS = {
    "customer-ended-call": ("customer-ended", "customer", ""),
    "customer-ended-call-during-transfer": ("customer-ended", "customer", ""),
    "assistant-said-end-call-phrase": ("assistant-ended", "assistant", ""),
    "call.ending.hook-executed-say": ("assistant-ended", "assistant", ""),
    "assistant-forwarded-call": ("transferred", "assistant", ""),
    "call.ringing.hook-executed-transfer": ("transferred", "assistant", ""),
    "assistant-request-returned-forwarding-phone-number": ("transferred", "assistant-request", ""),
    "call.forwarding.operator-busy": ("transfer-failed", "transfer", ""),
    f"{IN_CALL}warm-transfer-max-duration": ("transfer-failed", "transfer", "unattributed"),
    "silence-timed-out": ("time-limit", "limit", ""),
    "voicemail": ("voicemail", "voicemail", ""),
    "customer-did-not-answer": ("not-connected", "customer", ""),
    "vonage-rejected": ("not-connected", "customer", ""),
    "scheduled-call-deleted": ("canceled", "operator", ""),
    "call.in-progress.twilio-completed-call": ("telephony-completed", "telephony", ""),
    "assistant-request-failed": ("assistant-request-error", "your-server", ""),
    "assistant-not-found": ("start-error", "config-or-billing", ""),
    "call.start.error-fraud-check-failed": ("start-error", "config-or-billing", "unattributed"),
    "call.start.error-vapifault-get-org": ("start-error", "config-or-billing", "vapi"),
    "twilio-failed-to-connect-call": ("telephony-error", "telephony", ""),
    f"{IN_CALL}providerfault-outbound-sip-408-request-timeout": ("telephony-error", "telephony", "provider"),
    f"{IN_CALL}vapifault-transport-never-connected": ("telephony-error", "telephony", "vapi"),
    "worker-shutdown": ("platform-error", "vapi", "vapi"),
    f"{IN_CALL}vapifault-worker-died": ("platform-error", "vapi", "vapi"),
    "pipeline-error-deepgram-returning-403-model-access-denied": ("transcriber-error", "transcriber", "unattributed"),
    f"{IN_CALL}vapifault-eleven-labs-transcriber-failed": ("transcriber-error", "transcriber", "vapi"),
    "pipeline-error-cartesia-503-server-error": ("voice-error", "voice", "unattributed"),
    f"{IN_CALL}providerfault-playht-504-gateway-error": ("voice-error", "voice", "provider"),
    f"{IN_CALL}vapifault-openai-voice-failed": ("voice-error", "voice", "vapi"),
    "pipeline-error-openai-429-rate-limit-reached": ("llm-error", "llm", "unattributed"),
    f"{IN_CALL}providerfault-anthropic-bedrock-500-server-error": ("llm-error", "llm", "provider"),
    f"{IN_CALL}pipeline-no-available-llm-model": ("llm-error", "llm", "unattributed"),
}


@pytest.mark.parametrize(("reason", "ending"), REASONS.items(), ids=str)
def test_a_known_reason_names_its_kind_its_party_and_the_fault(reason: str, ending: tuple[str, str, str]) -> None:
    assert classify(reason) == ending
    assert describe(reason)


@pytest.mark.parametrize("reason", ["hangup", "pipeline-error-moon-phase", "call.new-stage.ok", "voicemail\n"])
def test_an_unknown_reason_is_unknown_and_no_error(reason: str) -> None:
    assert classify(reason) == ("unknown", "unknown", "")
    assert describe(reason) == "Ended for a reason not known here"


def test_a_call_that_has_not_ended_has_no_ending() -> None:
    assert classify("") == ("", "", "")
    assert describe("") == ""


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("customer-ended-call", "Caller hung up"),
        ("silence-timed-out", "Ended after silence"),
        (f"{IN_CALL}providerfault-playht-504-gateway-error", "Voice provider failed"),
        (f"{IN_CALL}vapifault-openai-voice-failed", "Voice failed"),
    ],
)
def test_people_read_a_sentence(reason: str, sentence: str) -> None:
    assert describe(reason) == sentence
