"""What the list of calls can be narrowed by."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from calls.dashboard.belonging import are_few, having
from calls.dashboard.desk_filter import DeskFilter, Option, day, midnight, options, search_box
from calls.dashboard.outcome import FAULTS, GROUPS
from calls.dashboard.paging import Way
from calls.dashboard.search import meanings
from calls.dashboard.tiles import BUDGET_MS
from calls.models import Assistant, Call, Escalation, ToolCall, Turn
from calls.models.interruption import SLOW_STOP_MS, VERY_SLOW_STOP_MS

Calls = QuerySet[Call]


def _tools(**lookups: Any) -> Q:
    return Q(Exists(ToolCall.objects.filter(call=OuterRef("pk"), **lookups)))


def _late(**lookups: Any) -> Q:
    turns = Turn.objects.filter(**lookups).exclude(late="").order_by()
    return having(turns, "call", are_few=are_few(turns))


_UNRESOLVED = Exists(Escalation.objects.filter(call=OuterRef("pk")).exclude(state=Escalation.State.RESOLVED))
_ESCALATED = Exists(Escalation.objects.filter(call=OuterRef("pk")))

INTERRUPTED: dict[str, Option] = {
    "yes": ("Interrupted", Q(interruption_count__gt=0)),
    "slow": (f"Stopped after {SLOW_STOP_MS} ms", Q(slowest_stop_ms__gt=SLOW_STOP_MS)),
    "very-slow": (f"Stopped after {VERY_SLOW_STOP_MS} ms", Q(slowest_stop_ms__gt=VERY_SLOW_STOP_MS)),
    "no": ("Not interrupted", Q(interruption_count=0)),
}
ESCALATED: dict[str, Option] = {
    "open": ("Waits for a person", Q(_UNRESOLVED)),
    "yes": ("Ever needed a person", Q(_ESCALATED)),
    "no": ("Never needed a person", ~Q(_ESCALATED)),
}
SILENT: dict[str, tuple[str, Q]] = {
    "day": ("Went silent in the last day", Q(lost_at__gte=Now() - timedelta(days=1))),
    "yes": ("Went silent, no end reported", Q(lost_at__isnull=False)),
    "no": ("Not silent", Q(lost_at=None)),
}
LATE: dict[str, Option] = {
    "yes": ("Answered too late", _late),
    Turn.Late.TOOL_RESULT: ("A tool's result came too late", partial(_late, late=Turn.Late.TOOL_RESULT)),
    Turn.Late.OLD_WORDS: ("Answered the words from before an interruption", partial(_late, late=Turn.Late.OLD_WORDS)),
}
TOOLS: dict[str, Option] = {
    "failed": ("A tool failed", _tools(state=ToolCall.State.FAILED)),
    "slow": (f"A tool took over {BUDGET_MS} ms", _tools(duration_ms__gt=BUDGET_MS)),
    "yes": ("A tool was called", _tools()),
}


class CallFilter(DeskFilter):
    q = search_box("Name, number, ticket or words said")
    status = filters.ChoiceFilter(label="Status", empty_label="Any status", choices=Call.Status.choices)
    kind = filters.ChoiceFilter(label="Kind", empty_label="Any kind", choices=Call.Kind.choices)
    assistant = filters.ModelChoiceFilter(
        label="Agent", empty_label="Any agent", queryset=lambda _: Assistant.objects.all()
    )
    ended = filters.ChoiceFilter(
        label="Ending", field_name="ended_group", empty_label="Any ending", choices=list(GROUPS.items())
    )
    fault = filters.ChoiceFilter(label="Whose fault", empty_label="Any fault or none", choices=list(FAULTS.items()))
    interrupted = options("Interruptions", "Interrupted or not", INTERRUPTED)
    escalated = options("Person needed", "Needed or not", ESCALATED)
    late = options("Answers", "Any answers", LATE)
    tools = options("Tools", "Any tools", TOOLS)
    silent = options("Silence", "Silent or not", SILENT)
    since = day("From", "from_day")
    until = day("To", "to_day")

    def meanings(self, words: str) -> list[Q | Way[Call]]:
        return meanings(words, sees_numbers=self.sees_numbers)

    def from_day(self, calls: Calls, _: str, first: date) -> Calls:
        return calls.filter(began_at__gte=midnight(first))

    def to_day(self, calls: Calls, _: str, last: date) -> Calls:
        return calls.filter(began_at__lt=midnight(last + timedelta(days=1)))
