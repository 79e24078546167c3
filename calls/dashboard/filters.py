"""What the list of calls can be narrowed by."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from calls.dashboard.outcome import FAULTS, GROUPS
from calls.dashboard.search import search
from calls.dashboard.tiles import BUDGET_MS
from calls.models import Assistant, Call, Escalation, ToolCall, Turn
from calls.models.interruption import SLOW_STOP_MS, VERY_SLOW_STOP_MS

Calls = QuerySet[Call]
Option = tuple[str, Q]


def _tools(**lookups: Any) -> Q:
    return Q(Exists(ToolCall.objects.filter(call=OuterRef("pk"), **lookups)))


def _late(**lookups: Any) -> Q:
    return Q(Exists(Turn.objects.filter(call=OuterRef("pk"), **lookups).exclude(late="")))


_UNRESOLVED = Exists(Escalation.objects.filter(call=OuterRef("pk")).exclude(state=Escalation.State.RESOLVED))
_ESCALATED = Exists(Escalation.objects.filter(call=OuterRef("pk")))

# value → (what the reader sees, what it means)
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
SILENT: dict[str, Option] = {
    "day": ("Went silent in the last day", Q(lost_at__gte=Now() - timedelta(days=1))),
    "yes": ("Went silent, no end reported", Q(lost_at__isnull=False)),
    "no": ("Not silent", Q(lost_at=None)),
}
LATE: dict[str, Option] = {
    "yes": ("Answered too late", _late()),
    Turn.Late.TOOL_RESULT: ("A tool's result came too late", _late(late=Turn.Late.TOOL_RESULT)),
    Turn.Late.OLD_WORDS: ("Answered the words from before an interruption", _late(late=Turn.Late.OLD_WORDS)),
}
TOOLS: dict[str, Option] = {
    "failed": ("A tool failed", _tools(state=ToolCall.State.FAILED)),
    "slow": (f"A tool took over {BUDGET_MS} ms", _tools(duration_ms__gt=BUDGET_MS)),
    "yes": ("A tool was called", _tools()),
}


def options(label: str, every: str, table: dict[str, Option]) -> filters.ChoiceFilter:
    return filters.ChoiceFilter(
        label=label,
        empty_label=every,
        choices=[(value, words) for value, (words, _) in table.items()],
        method=lambda calls, _, value: calls.filter(table[value][1]),
    )


class DeskFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    @property
    def found(self) -> QuerySet[Any]:
        """Nothing where a field is not understood: rows that ignore it would look like an answer."""
        rows: QuerySet[Any] = self.qs
        return rows if not self.form.errors else rows.none()

    @property
    def narrowed(self) -> int:
        """How many fields besides the search are in use."""
        return sum(bool(self.form.data.get(name)) for name in self.form.fields if name != "q")

    @property
    def in_words(self) -> list[str]:
        """The fields in use, as a reader would name them."""
        form: forms.Form = self.form
        return [_words(form.fields[name], value) for name, value in form.data.items() if value and name in form.fields]


class CallFilter(DeskFilter):
    q = filters.CharFilter(
        label="Search",
        method="search",
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "Name, number, ticket or words said", "autocomplete": "off"}
        ),
    )
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
    since = filters.DateFilter(label="From", method="from_day", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(label="To", method="to_day", widget=forms.DateInput(attrs={"type": "date"}))

    def search(self, calls: Calls, _: str, words: str) -> Calls:
        sees_numbers = bool(self.request and self.request.user.has_perm("calls.see_numbers"))
        return search(calls, words, sees_numbers=sees_numbers)

    def from_day(self, calls: Calls, _: str, day: date) -> Calls:
        return calls.filter(began_at__gte=midnight(day))

    def to_day(self, calls: Calls, _: str, day: date) -> Calls:
        return calls.filter(began_at__lt=midnight(day + timedelta(days=1)))


def _words(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.ModelChoiceField):
        return str(field.label).lower()
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value)).lower()  # type: ignore[arg-type]
    return f"{field.label} {value}".lower() if isinstance(field, forms.DateField) else f"“{value}”"


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
