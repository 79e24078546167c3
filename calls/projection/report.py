"""The end-of-call report: it settles what the call's other events only hinted at."""

from __future__ import annotations

from typing import Any

from calls.message import as_list, as_object, as_text, stamp_ms
from calls.projection.message import StoredMessage
from calls.projection.reported_tools import reported_tool_calls
from calls.projection.state import CallState, ReportState
from calls.projection.status import ENDED
from calls.projection.tool_times import from_reported
from calls.projection.turns import spoken, with_known_times
from calls.projection.values import clean_json, clean_object, numbers, usd

# Vapi's links, by what they record. The later ones are the deprecated names, still sent.
_RECORDINGS = (
    ("mono", ("recording", "mono", "combinedUrl")),
    ("agent", ("recording", "mono", "assistantUrl")),
    ("caller", ("recording", "mono", "customerUrl")),
    ("stereo", ("recording", "stereoUrl")),
    ("video", ("recording", "videoUrl")),
    ("mono", ("recordingUrl",)),
    ("stereo", ("stereoRecordingUrl",)),
    ("video", ("videoRecordingUrl",)),
    ("mono", ("presignedMonoUrl",)),
    ("agent", ("presignedAssistantUrl",)),
    ("caller", ("presignedCustomerUrl",)),
    ("stereo", ("presignedStereoUrl",)),
    ("video", ("presignedVideoUrl",)),
)


def end_of_call_report(state: CallState, message: StoredMessage) -> None:
    if state.report is not None and message.ms < state.report.reported_ms:
        return
    _end(state, message)
    _settle_words(state, message)
    state.report = _report(message)


def _end(state: CallState, message: StoredMessage) -> None:
    """A report implies the end, and its times are better than the stamps of status updates."""
    cost, breakdown = usd(message.get("cost")), message.object("costBreakdown")
    state.status, state.status_ms = ENDED, max(state.status_ms, message.ms)
    state.started_ms = stamp_ms(message.get("startedAt")) or state.started_ms
    state.ended_ms = stamp_ms(message.get("endedAt")) or state.ended_ms or message.ms
    state.ended_reason = message.text("endedReason", 200) or state.ended_reason
    state.cost_usd = next((known for known in (cost, usd(breakdown.get("total"))) if known is not None), state.cost_usd)


def _settle_words(state: CallState, message: StoredMessage) -> None:
    messages = as_list(message.object("artifact").get("messages")) or message.list("messages")
    turns = with_known_times(spoken(messages), state.turns, otherwise=None)
    if turns:
        state.turns, state.clean = turns, True
    state.tool_calls = reported_tool_calls(messages) or state.tool_calls
    state.tool_times = from_reported(state.tool_calls) or state.tool_times


def _report(message: StoredMessage) -> ReportState:
    artifact, analysis = message.object("artifact"), message.object("analysis")
    performance = as_object(artifact.get("performanceMetrics"))
    return ReportState(
        reported_ms=message.ms,
        summary=message.text("summary") or as_text(analysis.get("summary")),
        transcript=message.text("transcript") or as_text(artifact.get("transcript")),
        analysis=clean_object(analysis),
        recording=_recordings(message),
        cost_breakdown=clean_object(message.get("costBreakdown")),
        costs=clean_json(message.list("costs")),
        turn_latencies=[numbers(turn) for turn in as_list(performance.get("turnLatencies"))],
        performance=numbers(performance),
    )


def _recordings(message: StoredMessage) -> dict[str, str]:
    """Which recordings exist, each with its link, or without one where the link would expire."""
    found: dict[str, str] = {}
    sources = (message.object("artifact"), {name: message.get(name) for name in ("recordingUrl", "stereoRecordingUrl")})
    for kind, path in _RECORDINGS:
        for source in sources:
            if url := as_text(_at(source, path)):
                found[kind] = found.get(kind) or _lasting(url)
    return found


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = as_object(value).get(name)
    return value


def _lasting(url: str) -> str:
    """A link with a query or a login in it is signed: it expires, and it lets whoever holds it listen."""
    plain = url.startswith("https://") and not any(mark in url for mark in "?#@") and len(url) <= 2000
    return url if plain else ""
