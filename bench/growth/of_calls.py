"""The rows around each call: what was said, what was interrupted, what Vapi reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.growth.copying import Table
from bench.growth.words import code
from bench.growth.world import ENDINGS, FIRST, OUR_NUMBER, TURNS_A_CALL, Call, World, number_of
from calls import models

Rows = Iterator[tuple[Any, ...]]
ROLES = ("assistant", "user")
PEAK_BYTES = 2_000


def tables(world: World) -> Iterator[Table]:
    yield Table(models.Call, CALL, _calls(world))
    yield Table(models.Turn, TURN, _turns(world))
    yield Table(models.Interruption, INTERRUPTION, _interruptions(world))
    yield Table(models.Report, REPORT, _reports(world))
    yield Table(models.Recording, ("id", "call_id", "state", "duration_ms", "peaks"), _recordings(world))
    yield Table(models.Handover, HANDOVER, _handovers(world))
    yield Table(models.Incident, ("id", "call_id", "kind", "state", "opened_at", "closed_at"), _incidents(world))
    yield Table(models.Healing, ("id", "call_id", "field", "at"), _healings(world))
    yield Table(models.DayCompleteness, DAY, _days(world))


CALL = (
    *("id", "vapi_id", "kind", "status", "assistant_id", "customer_id", "customer_name", "customer_number"),
    *("our_number", "began_at", "started_at", "ended_at", "last_event_at", "lost_at"),
    *("ended_reason", "ended_group", "ended_party", "fault", "cost_usd", "was_heard"),
    *("hang_count", "interruption_count", "slowest_stop_ms"),
)
NOT_ENDED = ("", "", "", "")


def _calls(world: World) -> Rows:
    random, name = world.random("call rows"), world.speech.name
    endings = random.choices(list(ENDINGS), weights=list(ENDINGS.values()), k=world.number)
    for call, ending in zip(world.calls, endings, strict=True):
        is_lost = not call.is_running and random.random() < 0.002
        status = "in-progress" if call.is_running or is_lost else "ended"
        kind = random.choice(("inboundPhoneCall", "inboundPhoneCall", "outboundPhoneCall", "webCall"))
        interrupted = random.choice((0, 0, 0, 1, 2, 3))
        yield (
            *(call.id, call.vapi_id, kind, status, call.assistant, call.customer),
            *("" if random.random() < 0.9 else name(), number_of(call.customer), OUR_NUMBER),
            *(call.began, call.at(2), None if is_lost else call.ended),
            *(world.now if call.is_running else call.at(call.seconds), call.at(7_200) if is_lost else None),
            *(NOT_ENDED if call.is_running or is_lost else ending),
            *(round(random.uniform(0.05, 0.9), 4), True, int(random.random() < 0.01)),
            *(interrupted, random.randint(80, 700) if interrupted else None),
        )


TURN = ("id", "call_id", "position", "role", "text", "started_at", "ended_at", "late", "late_detail", "unheard")


def _turns(world: World) -> Rows:
    random, sentences = world.random("turns"), world.speech.sentences
    pick, chance, pk = random.choice, random.random, FIRST
    for place, call in enumerate(world.calls):
        step = call.seconds / TURNS_A_CALL
        for position in range(TURNS_A_CALL):
            text, began, luck = pick(sentences), call.at(position * step), chance()
            if position == 7:
                text = f"{text} My reference is {code(place)}."
            late = "tool-result" if luck < 0.002 else "old-words" if luck < 0.004 else ""
            unheard = pick(sentences) if 0.5 < luck < 0.52 else ""
            role, ended = ROLES[position % 2], began + timedelta(seconds=step * 0.8)
            yield pk, call.id, position, role, text, began, ended, late, "getTicket" if late else "", unheard
            pk += 1


INTERRUPTION = ("id", "call_id", "caller_began_at", "agent_stopped_at", "gap_ms")


def _interruptions(world: World) -> Rows:
    random, pk = world.random("interruptions"), FIRST
    for call in world.calls:
        for number in range(random.choice((0, 0, 0, 1, 2, 3))):
            began, gap_ms = call.at(5 + 15 * number + random.random()), random.randint(80, 700)
            yield pk, call.id, began, began + timedelta(milliseconds=gap_ms), gap_ms
            pk += 1


REPORT = ("id", "call_id", "reported_at", "summary", "transcript", "cost_breakdown", "turn_latencies")
COSTS = {"transport": 0.02, "stt": 0.03, "llm": 0.08, "tts": 0.05, "vapi": 0.1}


def _reports(world: World) -> Rows:
    random, sentences = world.random("reports"), world.speech.sentences
    for call in _ended(world):
        if random.random() < 0.97:
            latencies = [_latency(random.randint(500, 2_000)) for _ in range(TURNS_A_CALL // 2)]
            transcript = "\n".join(random.choices(sentences, k=TURNS_A_CALL))
            summary = " ".join(random.choices(sentences, k=2))
            yield call.id, call.id, call.at(call.seconds + 5), summary, transcript, COSTS, latencies


def _latency(total: int) -> dict[str, int]:
    names = ("endpointingLatency", "transcriberLatency", "modelLatency", "voiceLatency")
    return {"turnLatency": total} | dict.fromkeys(names, total // 5)


def _recordings(world: World) -> Rows:
    random = world.random("recordings")
    for call in _ended(world):
        if random.random() < 0.9:
            yield call.id, call.id, "ready", call.seconds * 1_000, random.randbytes(PEAK_BYTES)


HANDOVER = ("id", "call_id", "at", "from_assistant", "to_assistant", "took_ms")


def _handovers(world: World) -> Rows:
    random = world.random("handovers")
    for call in _ended(world):
        if random.random() < 0.03:
            yield call.id, call.id, call.at(30), "Support desk", "Refunds", random.randint(500, 3_000)


def _incidents(world: World) -> Rows:
    random = world.random("incidents")
    for place, call in enumerate(world.calls):
        if random.random() < 0.01:
            is_open = place > world.number - 500
            closed = None if is_open else call.at(call.seconds + 900)
            kind = random.choice(("ringing", "no-speech", "no-report"))
            yield call.id, call.id, kind, "open" if is_open else "closed", call.at(60), closed


def _healings(world: World) -> Rows:
    random, pk = world.random("healings"), FIRST
    for call in _ended(world):
        if random.random() < 0.01:
            for field in ("cost_usd", "turns", "ended_ms"):
                yield pk, call.id, field, call.at(3_600)
                pk += 1


DAY = ("day", "calls", "with_status", "with_transcript", "with_report", "complete", "healed")


def _days(world: World) -> Rows:
    for day, calls in Counter(call.began.date() for call in world.calls).items():
        lost = calls // 100
        yield day, calls, calls, calls - lost, calls - 2 * lost, calls - 2 * lost, lost


def _ended(world: World) -> Iterator[Call]:
    return (call for call in world.calls if not call.is_running)
