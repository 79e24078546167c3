"""The call's clock: natural durations at any speed, exact gaps, nothing from the future."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
import pytest

from sandbox.tests.placing import FAST, Placed, place
from sandbox.tests.webhook import Webhook, webhook
from sandbox.vapi.clock import CallClock, wall_ms
from sandbox.vapi.scenario import Agent, load, names
from sandbox.vapi.speech import Speech, cues


def in_sending_order(placed: Placed) -> list[dict[str, Any]]:
    firsts = [r for r in placed.records if r["record"] == "delivery" and r["copy"] == 0]
    return sorted(firsts, key=lambda record: int(record["sequence"]))


def stamps_of(seen: Webhook, message_type: str, **fields: str) -> list[int]:
    return [m["timestamp"] for m in seen.messages(message_type) if fields.items() <= m.items()]


@pytest.mark.parametrize("name", names())
def test_stamps_rise_and_none_lies_in_the_future(name: str) -> None:
    with webhook() as seen:
        placed = place(name, seen.url)

    stamps = [record["timestamp"] for record in in_sending_order(placed)]
    assert stamps == sorted(stamps)
    assert stamps[-1] <= wall_ms()


def test_the_agents_text_comes_a_sentence_first_and_then_whole() -> None:
    speech = Speech("assistant", "One two three. Four five six.", 1000, 3000, 0, stopped_after_ms=900)
    ready = [(cue.at_ms, cue.fields["text"]) for cue in cues(speech) if cue.type == "assistant.speechStarted"]
    assert ready == [(1000, "One two three."), (1400, "One two three. Four five six.")]
    assert not any(cue.type == "assistant.speechStarted" for cue in cues(Speech("user", "One. Two.", 1000, 900, 1)))


@pytest.mark.parametrize("gap_ms", [0, 1, 219, 340, 345, 501, 1200])
def test_an_interruptions_gap_is_exact(gap_ms: int) -> None:
    steps = [
        msgspec.structs.replace(step, gap_ms=gap_ms) if isinstance(step, Agent) else step
        for step in load("interrupted_policy").steps
    ]
    with webhook() as seen:
        placed = place("interrupted_policy", seen.url, steps=steps)

    [interrupted] = stamps_of(seen, "user-interrupted")
    began = placed.expected["interruptions"][0]["caller_began_ms"]
    assert interrupted - began == gap_ms
    assert began in stamps_of(seen, "speech-update", role="user", status="started")
    assert interrupted in stamps_of(seen, "speech-update", role="assistant", status="stopped")


def test_the_caller_interrupts_eight_seconds_into_the_reading() -> None:
    with webhook() as seen:
        placed = place("interrupted_policy", seen.url)

    began = placed.expected["interruptions"][0]["caller_began_ms"]
    reading_began = max(s for s in stamps_of(seen, "speech-update", role="assistant", status="started") if s < began)
    assert began - reading_began == pytest.approx(8000, abs=1)


def test_speech_cues_lie_between_its_start_and_the_final_word() -> None:
    speech = Speech("assistant", "One two three. Four five six.", 1000, 3000, 0)
    kinds = [(cue.type, cue.fields.get("status") or cue.fields.get("transcriptType")) for cue in cues(speech)]
    assert kinds[0] == ("speech-update", "started")
    assert kinds[-3:] == [("speech-update", "stopped"), ("transcript", "final"), ("conversation-update", None)]
    assert [kind for kind in kinds if kind == ("transcript", "final")] == [("transcript", "final")] * 2


def test_a_faster_call_begins_in_the_past_and_meets_the_wall_at_its_end() -> None:
    clock = CallClock(natural_ms=60_000, speed=4, opened_ms=1_000_000)
    assert clock.stamp(0) == 1_000_000 - 45_000
    assert clock.stamp(60_000) == 1_000_000 + 15_000


def test_a_call_in_real_time_begins_now() -> None:
    assert CallClock(natural_ms=60_000, speed=1, opened_ms=1_000_000).stamp(0) == 1_000_000


@pytest.mark.parametrize("moment", [0.5, 1.5, 2.49, 2.5, 1234.56])
def test_whole_milliseconds_between_two_moments_survive_rounding(moment: float) -> None:
    clock = CallClock(natural_ms=1000.3, speed=3, opened_ms=1_000_000.7)
    assert clock.stamp(moment + 345) - clock.stamp(moment) == 345


def test_waiting_is_divided_by_the_speed() -> None:
    clock = CallClock(natural_ms=10_000, speed=20)
    began = time.perf_counter()
    asyncio.run(clock.until(4_000))
    assert time.perf_counter() - began == pytest.approx(0.2, abs=0.15)


def test_a_call_that_outlasts_its_plan_is_not_sent_before_its_stamp() -> None:
    clock = CallClock(natural_ms=0, speed=FAST)
    asyncio.run(clock.until(150))
    assert wall_ms() >= clock.stamp(150)
