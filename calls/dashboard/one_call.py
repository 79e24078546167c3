"""Everything that is shown of one call, in a number of queries that does not grow with what was said in it."""

from __future__ import annotations

from dataclasses import dataclass

from calls.dashboard.board import at_ms
from calls.dashboard.heard import Entry, heard
from calls.intake import words as spoken
from calls.intake.words import Words
from calls.models import Call, Escalation, Interruption, Report, ToolCall, Turn


@dataclass(frozen=True)
class OneCall:
    call: Call
    entries: list[Entry]
    interruptions: list[Interruption]
    tools: list[ToolCall]
    escalations: list[Escalation]
    report: Report | None
    words: Words | None

    @property
    def unresolved(self) -> list[Escalation]:
        return [one for one in self.escalations if one.state != Escalation.State.RESOLVED]

    @property
    def slow_stops(self) -> list[Interruption]:
        return [one for one in self.interruptions if one.severity in ("slow", "very-slow")]


def one_call(call: Call) -> OneCall:
    turns = list(call.turns.all())
    interruptions = list(call.interruptions.all())
    tools = list(call.tool_calls.select_related("ticket"))
    escalations = list(call.escalations.select_related("claimed_by", "ticket"))
    report = Report.objects.filter(call=call).first()
    entries = heard(call, turns, [*interruptions, *tools, *escalations], report)
    return OneCall(call, entries, interruptions, tools, escalations, report, _unwritten(call, turns))


def _unwritten(call: Call, turns: list[Turn]) -> Words | None:
    """Words being spoken that are in no turn yet."""
    if call.ended_at:
        return None
    words = spoken.latest([call.vapi_id]).get(call.vapi_id)
    said_at, written_at = at_ms(words), max((turn.started_at for turn in turns if turn.started_at), default=None)
    if words is None or words.final or (said_at and written_at and said_at <= written_at):
        return None
    return words
