"""How calls went with each version of an agent: of the newest of those that began while it was the one at Vapi."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Case, Count, F, IntegerField, Q, QuerySet, Value, When

from calls.dashboard.aggregated import Aggregated
from calls.dashboard.belonging import having
from calls.dashboard.tiles import Percentile95
from calls.models import Call, Escalation, Interruption, Managed, ManagedVersion, ToolCall
from supportvoice.union import union_all

MOST_MEASURED = 100
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class CallsOfVersion:
    """Counted up to MOST_COUNTED and one more; all else is of the newest, `measured` of them. `average`: of those that
    ended.

    `stop_p95_ms` is None where nobody interrupted.
    """

    calls: int = 0
    measured: int = 0
    escalated: int = 0
    failed_tools: int = 0
    average: timedelta | None = None
    average_cost_usd: Decimal | None = None
    stop_p95_ms: float | None = None

    @property
    def in_words(self) -> str:
        counted = f"{min(self.calls, MOST_COUNTED):,}{'+' if self.calls > MOST_COUNTED else ''}"
        return f"{counted} call{'' if self.calls == 1 else 's'}"

    @property
    def escalated_percent(self) -> int:
        return round(100 * self.escalated / self.measured) if self.measured else 0


def calls_of(row: Managed, versions: Sequence[ManagedVersion]) -> dict[int, CallsOfVersion]:
    """`versions` newest first. By the version's number; four queries, however many versions and calls there are."""
    if not versions or not row.vapi_id:
        return {}
    by_version = _by_version(Call.objects.filter(assistant__vapi_id=row.vapi_id).order_by(), versions)
    newest = [calls.order_by("-began_at").values("pk")[:MOST_MEASURED] for calls in by_version.values()]
    calls = Call.objects.filter(pk__in=union_all(newest)).order_by()
    measured = calls.annotate(version=_version("began_at", versions)).values("version")
    found: dict[int, CallsOfVersion] = defaultdict(CallsOfVersion)
    _add(found, union_all([_counted(row, number, calls) for number, calls in by_version.items()]))
    _add(found, measured.annotate(**MEASURES))
    _add(found, _failed_tools(calls, versions))
    _add(found, _stops(calls, versions))
    return dict(found)


MEASURES = {
    "measured": Count("pk"),
    # Looked up call by call: an EXISTS would collect every escalation there is.
    "escalated": Count("pk", filter=having(Escalation.objects.order_by(), "call", are_few=False)),
    "average": Avg(F("ended_at") - F("started_at")),
    "average_cost_usd": Avg("cost_usd"),
}


def _by_version(calls: QuerySet[Call], versions: Sequence[ManagedVersion]) -> dict[int, QuerySet[Call]]:
    untils = [None, *(one.at for one in versions)]
    began = {one.number: Q(began_at__gte=one.at) for one in versions}
    before = {one.number: Q(began_at__lt=at) if at else Q() for one, at in zip(versions, untils, strict=False)}
    return {number: calls.filter(began[number], before[number]) for number in began}


def _counted(row: Managed, number: int, calls: QuerySet[Call]) -> QuerySet[Managed, Any]:
    """One row. The index alone tells when they began."""
    first = calls.values("began_at")[: MOST_COUNTED + 1]
    counted = Aggregated(first, function="count(*)", output_field=IntegerField())
    return Managed.objects.filter(pk=row.pk).order_by().values(version=Value(number), calls=counted)


def _add(found: dict[int, CallsOfVersion], rows: Iterable[Any]) -> None:
    for each in rows:
        version = each.pop("version")
        found[version] = replace(found[version], **each)


def _failed_tools(calls: Any, versions: Sequence[ManagedVersion]) -> Any:
    failed = ToolCall.objects.filter(call__in=calls, state=ToolCall.State.FAILED).order_by()
    return (
        failed.annotate(version=_version("call__began_at", versions))
        .values("version")
        .annotate(failed_tools=Count("pk"))
    )


def _stops(calls: Any, versions: Sequence[ManagedVersion]) -> Any:
    stopped = Interruption.objects.filter(call__in=calls, gap_ms__isnull=False).order_by()
    return (
        stopped.annotate(version=_version("call__began_at", versions))
        .values("version")
        .annotate(stop_p95_ms=Percentile95("gap_ms"))
    )


def _version(began_at: str, versions: Sequence[ManagedVersion]) -> Case:
    """The newest that was there when the call began."""
    whens = [When(**{f"{began_at}__gte": one.at}, then=Value(one.number)) for one in versions]
    return Case(*whens, output_field=IntegerField())
