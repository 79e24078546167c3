"""Everything that is shown of one call, in a number of queries that does not grow with what was said in it."""

from __future__ import annotations

from dataclasses import dataclass

from calls.dashboard.heard import Entry, heard
from calls.dashboard.lines import unwritten
from calls.intake import words as spoken
from calls.intake.words import Words
from calls.models import Call, Escalation, Handover, Interruption, Report, ToolCall

MOST_RECENT = 30


@dataclass(frozen=True)
class OneCall:
    call: Call
    entries: list[Entry]
    interruptions: list[Interruption]
    tools: list[ToolCall]
    escalations: list[Escalation]
    handovers: list[Handover]
    report: Report | None
    words: Words | None

    @property
    def recent(self) -> list[Entry]:
        return self.entries[-MOST_RECENT:]

    @property
    def unresolved(self) -> list[Escalation]:
        return [one for one in self.escalations if one.state != Escalation.State.RESOLVED]

    @property
    def slow_stops(self) -> list[Interruption]:
        return [one for one in self.interruptions if one.severity in ("slow", "very-slow")]

    @property
    def late(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind == "late"]


def one_call(call: Call) -> OneCall:
    turns = list(call.turns.all())
    interruptions = list(call.interruptions.all())
    told_later = call.tool_calls.select_related("ticket", "delivery__operation", "miss", "judgement__marked_by")
    tools = list(told_later.prefetch_related("disclosures"))
    escalations = list(call.escalations.select_related("claimed_by", "ticket"))
    handovers = list(call.handovers.all())
    report = Report.objects.filter(call=call).first()
    entries = heard(call, turns, [*interruptions, *tools, *escalations, *handovers], report)
    speaking = None if call.ended_at else spoken.latest([call.vapi_id]).get(call.vapi_id)
    words = unwritten(turns[-1] if turns else None, speaking)
    return OneCall(call, entries, interruptions, tools, escalations, handovers, report, words)
