"""Why a call needs a person now, most pressing first. Each reason is one function and says itself in words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Q

from calls.escalations.deadlines import due_at, is_overdue
from calls.escalations.errors import person_name
from calls.models import Call, Escalation, ToolCall
from calls.models.interruption import VERY_SLOW_STOP_MS

SILENT_AFTER = timedelta(seconds=12)


@dataclass(frozen=True)
class Need:
    words: str
    tone: str
    rank: int = 0
    since: datetime | None = None
    detail: str = ""
    due: datetime | None = None


@dataclass
class Scene:
    """One running call with what is known of it at this moment."""

    call: Call
    now: datetime
    escalation: Escalation | None = None
    tools: list[ToolCall] = field(default_factory=list)
    last_heard_at: datetime | None = None


def needs(scene: Scene) -> list[Need]:
    found = []
    for rank, reason in enumerate(REASONS):
        if need := reason(scene):
            found.append(replace(need, rank=rank))
    return found


def may_need(now: datetime) -> Q:
    """What in a call's own row can be a reason; its escalation and its tool calls can be others."""
    quiet = Q(last_event_at=None) | Q(last_event_at__lt=now - SILENT_AFTER)
    troubled = Q(silenced_count__gt=0) | Q(hang_count__gt=0) | Q(slowest_stop_ms__gt=VERY_SLOW_STOP_MS)
    return troubled | Q(quiet, status=Call.Status.IN_PROGRESS)


def overdue(scene: Scene) -> Need | None:
    """Nobody took it in time, or whoever has it did not resolve it in time."""
    if not (escalation := scene.escalation) or not is_overdue(escalation, scene.now):
        return None
    return Need(_standing(escalation), "red", detail=escalation.reason, due=due_at(escalation))


def asks_for_a_person(scene: Scene) -> Need | None:
    if not (escalation := scene.escalation) or is_overdue(escalation, scene.now):
        return None
    if escalation.state == Escalation.State.CLAIMED:
        return None
    return Need(_standing(escalation), "red", detail=escalation.reason, due=due_at(escalation))


def tool_fails(scene: Scene) -> Need | None:
    """The newest tool call failed; counted back to that tool's last success."""
    answered = [tool for tool in scene.tools if tool.state != ToolCall.State.RUNNING]
    if not answered or answered[-1].state != ToolCall.State.FAILED:
        return None
    count = 0
    for tool in (tool for tool in reversed(answered) if tool.name == answered[-1].name):
        if tool.state != ToolCall.State.FAILED:
            break
        count += 1
    return Need(f"{answered[-1].name} failed{times(count)}", "red")


def cannot_be_heard(scene: Scene) -> Need | None:
    """Its custom voice is this server, which has none."""
    return Need("agent cannot be heard: no voice is set up", "red") if scene.call.silenced_count else None


def agent_hung(scene: Scene) -> Need | None:
    count = scene.call.hang_count
    return Need(f"agent did not answer in time{times(count)}", "orange") if count else None


def talked_over(scene: Scene) -> Need | None:
    gap_ms = scene.call.slowest_stop_ms
    if gap_ms is None or gap_ms <= VERY_SLOW_STOP_MS:
        return None
    return Need(f"talked over the caller for {gap_ms} ms", "orange")


def taken(scene: Scene) -> Need | None:
    """A person has it in hand: worth saying, and the least pressing of all."""
    if not (escalation := scene.escalation) or is_overdue(escalation, scene.now):
        return None
    if escalation.state != Escalation.State.CLAIMED:
        return None
    return Need(_standing(escalation), "azure", due=due_at(escalation))


def _standing(escalation: Escalation) -> str:
    if escalation.state != Escalation.State.CLAIMED:
        return asked(escalation)
    return f"with {person_name(escalation.claimed_by)}" if escalation.claimed_by else "taken by a person"


def silent(scene: Scene) -> Need | None:
    heard = scene.last_heard_at
    if any(tool.state == ToolCall.State.RUNNING for tool in scene.tools):
        return None  # The caller waits for the tool, which says itself how long it takes.
    if heard is None or scene.call.status != Call.Status.IN_PROGRESS or scene.now - heard <= SILENT_AFTER:
        return None
    return Need("silent for", "orange", since=heard)


REASONS = (overdue, asks_for_a_person, cannot_be_heard, tool_fails, agent_hung, talked_over, silent, taken)


def asked(escalation: Escalation) -> str:
    return f"asked for a person{times(escalation.times_asked)}" if escalation.times_asked else "needs a person"


def times(count: int) -> str:
    return {0: "", 1: "", 2: " twice"}.get(count, f" {count} times")
