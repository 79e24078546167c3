"""The numbers on top of the live board. Each is counted from rows; none is shown where there is nothing to count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Aggregate, Count, FloatField, Min, Q

from calls.escalations.deadlines import overdue
from calls.models import Escalation, Interruption, ToolCall
from calls.models.interruption import SLOW_STOP_MS

BUDGET_MS: int = settings.TOOL_BUDGET_MS
WINDOW = timedelta(hours=1)


class Percentile95(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.95) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Tiles:
    waiting: int
    oldest_waits: datetime | None
    overdue: int
    tool_calls: int
    over_budget: int
    interruptions: int
    stop_p95_ms: float | None
    budget_ms: int = BUDGET_MS
    stop_goal_ms: int = SLOW_STOP_MS

    @property
    def within_budget(self) -> float | None:
        """Per cent, cut and not rounded: one miss in ten thousand is not 100 %."""
        return int(1000 * (1 - self.over_budget / self.tool_calls)) / 10 if self.tool_calls else None


def tiles(now: datetime) -> Tiles:
    unresolved = Escalation.objects.exclude(state=Escalation.State.RESOLVED)
    is_open = Q(state=Escalation.State.OPEN)
    answered = ToolCall.objects.filter(requested_at__gte=now - WINDOW, duration_ms__isnull=False)
    stopped = Interruption.objects.filter(caller_began_at__gte=now - WINDOW, gap_ms__isnull=False)
    return Tiles(
        **unresolved.aggregate(
            waiting=Count("pk", filter=is_open),
            oldest_waits=Min("created_at", filter=is_open),
            overdue=Count("pk", filter=overdue(now)),
        ),
        **answered.aggregate(tool_calls=Count("pk"), over_budget=Count("pk", filter=Q(duration_ms__gt=BUDGET_MS))),
        **stopped.aggregate(interruptions=Count("pk"), stop_p95_ms=Percentile95("gap_ms")),
    )
