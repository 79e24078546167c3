"""Celery's entry points: fetch nothing, decide nothing, call the room that knows."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from calls.doctor import message_types
from calls.intake import partitions, tally
from calls.projection import lost, run
from calls.recordings import compute


@shared_task(name="calls.project_pending")
def project_pending() -> int:
    return run.project_pending()


@shared_task(name="calls.ensure_event_partitions")
def ensure_event_partitions() -> list[str]:
    return partitions.ensure(days_ahead=7)


@shared_task(name="calls.mark_lost_calls")
def mark_lost_calls() -> int:
    return len(lost.mark_lost_calls(timezone.now()))


@shared_task(name="calls.keep_message_types")
def keep_message_types() -> int:
    last_ms, _ = tally.read()
    return message_types.keep(last_ms)


@shared_task(name="calls.compute_peaks")
def compute_peaks() -> int:
    return compute.compute_due()
