"""What webhooks lost: which calls sound dead, when the API was last asked through, how whole yesterday is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from calls.models import ApiPass, DayCompleteness, Incident
from supportvoice.metrics import PREFIX

PARTS = {"all": "complete", "status": "with_status", "transcript": "with_transcript", "report": "with_report"}


def losses() -> Iterator[Metric]:
    yield _incidents()
    yield _pass()
    yield _yesterday()


def _incidents() -> Metric:
    """Closed ones are not counted: they only grow."""
    open_ones = Incident.objects.filter(state=Incident.State.OPEN).order_by()
    counted = dict(open_ones.values_list("kind").annotate(count=Count("pk")))
    family = GaugeMetricFamily(f"{PREFIX}incidents_open", "Calls that sound dead, by what they lack.", labels=["kind"])
    for kind in Incident.Kind.values:
        family.add_metric([kind], counted.get(kind, 0))
    return family


def _pass() -> Metric:
    """No sample as long as none has come to its end."""
    words = "Since when calls are not compared with Vapi's API to the end."
    family = GaugeMetricFamily(f"{PREFIX}api_pass_age_seconds", words)
    ended_at = ApiPass.objects.values_list("ended_at", flat=True).first()
    if ended_at:
        family.add_metric([], (timezone.now() - ended_at).total_seconds())
    return family


def _yesterday() -> Metric:
    """No sample for a day without calls."""
    words = "Of yesterday's calls (UTC), how many are known: their status, words, report, or all of these."
    family = GaugeMetricFamily(f"{PREFIX}yesterday_complete_ratio", words, labels=["part"])
    yesterday = timezone.now().astimezone(UTC).date() - timedelta(days=1)
    day = DayCompleteness.objects.filter(day=yesterday, calls__gt=0).first()
    for part, field in PARTS.items() if day else ():
        family.add_metric([part], getattr(day, field) / day.calls if day else 0)
    return family
