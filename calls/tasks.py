"""Celery's entry points: fetch nothing, decide nothing, call the room that knows."""

from __future__ import annotations

from celery import shared_task

from calls.intake import partitions
from calls.projection import run
from calls.recordings import compute


@shared_task(name="calls.project_pending")
def project_pending() -> int:
    return run.project_pending()


@shared_task(name="calls.ensure_event_partitions")
def ensure_event_partitions() -> list[str]:
    return partitions.ensure(days_ahead=7)


@shared_task(name="calls.compute_peaks")
def compute_peaks() -> int:
    return compute.compute_due()
