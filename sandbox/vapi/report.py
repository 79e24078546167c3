"""The end-of-call report: everything Vapi knows about a call once it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from sandbox.vapi import account, costs
from sandbox.vapi.clock import CallClock, iso
from sandbox.vapi.conversation import Conversation
from sandbox.vapi.scenario import Scenario

RECORDINGS = "https://storage.vapi.ai"
LATENCY_PARTS = ("model", "voice", "transcriber", "endpointing")
PRESIGNED = ("Mono", "Stereo", "Assistant", "Customer", "Log")


@dataclass(slots=True)
class Measured:
    """What the call leaves behind for its report."""

    started_ms: float | None = None
    ended_ms: float = 0.0
    latencies: list[dict[str, float]] = field(default_factory=list)
    interruptions: int = 0


def fields(
    scenario: Scenario, call_id: str, conversation: Conversation, measured: Measured, reason: str
) -> dict[str, Any]:
    talk = _talk(conversation, measured)
    clock, transcript = conversation.clock, conversation.transcript()
    artifact = _artifact(call_id, conversation, measured, scenario.recording)
    return {
        "endedReason": reason,
        **_times(clock, measured),
        **_money(talk, scenario),
        "analysis": _analysis(scenario) if transcript else {},
        "artifact": artifact,
        "summary": scenario.summary if transcript else "",
        "transcript": transcript,
        "messages": artifact["messages"],
        "recordingUrl": artifact["recordingUrl"],
        "stereoRecordingUrl": artifact["stereoRecordingUrl"],
    }


def presigned(call_id: str, delivery: int, expires_at: str) -> dict[str, str]:
    """Signed anew for each delivery: two deliveries of one report differ in their bytes."""
    signature = f"X-Amz-Signature={account.PRESIGNED_SIGNATURE}{delivery}"
    urls = {f"presigned{name}Url": f"{RECORDINGS}/{call_id}-{name.lower()}?{signature}" for name in PRESIGNED}
    return urls | {"presignedUrlsExpiresAt": expires_at}


def _times(clock: CallClock, measured: Measured) -> dict[str, Any]:
    if measured.started_ms is None:
        return {}
    duration_ms = round(measured.ended_ms) - round(measured.started_ms)
    return {
        "startedAt": clock.iso(measured.started_ms),
        "endedAt": clock.iso(measured.ended_ms),
        "durationMs": duration_ms,
        "durationSeconds": duration_ms / 1000,
        "durationMinutes": round(duration_ms / 60000, 4),
    }


def _talk(conversation: Conversation, measured: Measured) -> costs.Usage:
    started_ms = measured.ended_ms if measured.started_ms is None else measured.started_ms
    said = [m["message"] for m in conversation.messages if m["role"] == "bot"]
    characters = sum(map(len, said))
    return costs.Usage(
        minutes=(measured.ended_ms - started_ms) / 60000,
        characters=characters,
        prompt_tokens=900 * len(said),
        completion_tokens=characters // 4,
    )


def _money(usage: costs.Usage, scenario: Scenario) -> dict[str, Any]:
    if not usage.minutes:
        return {"cost": 0, "costBreakdown": {"total": 0}, "costs": []}
    parts = costs.breakdown(usage)
    provider = "daily" if scenario.kind == "web" else "twilio"
    return {"cost": parts["total"], "costBreakdown": parts, "costs": costs.meters(usage, parts, provider)}


def _analysis(scenario: Scenario) -> dict[str, Any]:
    return {
        "summary": scenario.summary,
        "structuredData": {"scenario": scenario.name, "resolved": scenario.success},
        "successEvaluation": str(scenario.success).lower(),
    }


def _artifact(call_id: str, conversation: Conversation, measured: Measured, trap: str = "") -> dict[str, Any]:
    folder = f"{RECORDINGS}/{trap}" if trap else RECORDINGS
    mono, stereo = (f"{folder}/{call_id}-{kind}.wav" for kind in ("mono", "stereo"))
    ended_ms = conversation.clock.stamp(measured.ended_ms)
    return {
        **conversation.artifact(),
        "transcript": conversation.transcript(),
        "recordingUrl": mono,
        "stereoRecordingUrl": stereo,
        "recording": {"stereoUrl": stereo, "mono": _mono(call_id, mono)},
        "logUrl": f"https://calllogs.vapi.ai/{call_id}.jsonl.gz",
        "variables": {"now": iso(ended_ms), "transport": {"conversationType": "voice"}},
        "variableValues": {"queue": "support"},
        "performanceMetrics": _performance(measured),
        **presigned(call_id, 0, iso(ended_ms + 3_600_000)),
    }


def _mono(call_id: str, combined: str) -> dict[str, str]:
    sides = {f"{side}Url": f"{RECORDINGS}/{call_id}-{side}.wav" for side in ("assistant", "customer")}
    return {"combinedUrl": combined, **sides}


def _performance(measured: Measured) -> dict[str, Any]:
    averages = {
        f"{part}LatencyAverage": round(fmean(turn[f"{part}Latency"] for turn in measured.latencies), 2)
        for part in (*LATENCY_PARTS, "turn")
        if measured.latencies
    }
    return {
        "turnLatencies": measured.latencies,
        **averages,
        "numUserInterrupted": measured.interruptions,
        "numAssistantInterrupted": 0,
    }
