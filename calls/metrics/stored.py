"""What the database says at this moment. The number of queries is the same whatever is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from calls.dashboard.intent import figures
from calls.metrics.lag import projection_lag_s
from calls.models import Delivery, Escalation, Pending, Promise
from supportvoice.metrics import PREFIX
from tickets.models import Operation

TOOLS_WITHIN = timedelta(minutes=5)
QUANTILES = (0.5, 0.95, 0.99, 1.0)
TOOL_QUANTILES = """
SELECT count(*), percentile_cont(%s::float8[]) WITHIN GROUP (ORDER BY duration_ms)
FROM calls_toolcall WHERE requested_at > %s AND duration_ms IS NOT NULL
"""
# What has ended well is not counted: it only grows.
STANDING_OPERATIONS = ("waiting", "running", "unclear", "dead", "differs")
STANDING_DELIVERIES = ("waiting", "ready", "speaking")


def stored() -> Iterator[Metric]:
    yield _gauge("projection_lag_seconds", "How long the projection is behind.", projection_lag_s())
    yield from _pending()
    yield from _tools()
    operations = Operation.objects.filter(state__in=STANDING_OPERATIONS)
    yield _by_state("operations", "Writes to a CRM that have not ended well.", operations, STANDING_OPERATIONS)
    deliveries = Delivery.objects.filter(state__in=STANDING_DELIVERIES)
    yield _by_state("late_answers", "Answers on their way into a call.", deliveries, STANDING_DELIVERIES)
    yield _gauge("promised_answers", "Tool calls told to be worked on, not answered yet.", Promise.objects.count())
    waiting = Escalation.objects.filter(state=Escalation.State.OPEN).count()
    yield _gauge("escalations_open", "Callers who wait for a person that nobody has taken.", waiting)
    yield from _intents()


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, words, value=value)


def _pending() -> Iterator[Metric]:
    failing = Pending.objects.filter(attempts__gt=0).count()
    yield _gauge("pending_events", "Events that are not projected yet.", Pending.objects.count())
    yield _gauge("pending_events_failing", "Events whose projection failed and is tried again.", failing)


def _tools() -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(TOOL_QUANTILES, [list(QUANTILES), timezone.now() - TOOLS_WITHIN])
        count, times_ms = cursor.fetchone()
    yield _gauge("tool_calls_lately", "Tool calls answered in the last five minutes.", count)
    family = GaugeMetricFamily(
        f"{PREFIX}tool_call_seconds_lately", "How long those took, by quantile.", labels=["quantile"]
    )
    for quantile, ms in zip(QUANTILES, times_ms or (), strict=False):
        family.add_metric([str(quantile)], ms / 1000)
    yield family


def _by_state(name: str, words: str, rows: QuerySet[Any], states: Iterable[str]) -> Metric:
    counted = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    family = GaugeMetricFamily(PREFIX + name, words, labels=["state"])
    for state in states:
        family.add_metric([state], counted.get(state, 0))
    return family


def _intents() -> Iterator[Metric]:
    rate = GaugeMetricFamily(
        f"{PREFIX}intent_false_positive_ratio",
        "Of what callers did not mean and a person marked, how much was let through; with its 95 % interval.",
        labels=["intent", "bound"],
    )
    marked = GaugeMetricFamily(f"{PREFIX}intent_marked", "Judgements that a person marked.", labels=["intent"])
    for one in figures(timezone.now()):
        marked.add_metric([one.intent], one.marked)
        if one.false_positives.share is not None:
            low, high = one.false_positives.interval
            for bound, value in (("low", low), ("rate", one.false_positives.share), ("high", high)):
                rate.add_metric([one.intent, bound], value)
    yield rate
    yield marked
