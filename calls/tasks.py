"""Celery's entry points: fetch nothing, decide nothing, call the room that knows."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from calls.answers import abandoned
from calls.assistants import runs
from calls.deliveries import claim
from calls.deliveries import deliver as delivering
from calls.doctor import message_types
from calls.intake import partitions, promises, retention, tally
from calls.projection import lost, run
from calls.reconcile import completeness, incidents, passes
from calls.recordings import compute


@shared_task(name="calls.project_pending")
def project_pending() -> int:
    return run.project_where_there_is_a_place()


@shared_task(name="calls.ensure_event_partitions")
def ensure_event_partitions() -> list[str]:
    return partitions.ensure(days_ahead=7)


@shared_task(name="calls.drop_old_events")
def drop_old_events() -> list[str]:
    return retention.drop_old()


@shared_task(name="calls.mark_lost_calls")
def mark_lost_calls() -> int:
    return len(lost.mark_lost_calls(timezone.now()))


@shared_task(name="calls.mark_abandoned_answers")
def mark_abandoned_answers() -> int:
    return abandoned.mark_abandoned()


@shared_task(name="calls.keep_message_types")
def keep_message_types() -> int:
    last_ms, _ = tally.read()
    return message_types.keep(last_ms)


@shared_task(name="calls.reconcile")
def reconcile() -> int:
    return len(passes.go_on(timezone.now()).filled)


@shared_task(name="calls.sweep_incidents")
def sweep_incidents() -> int:
    opened, _ = incidents.sweep(timezone.now())
    return len(opened)


@shared_task(name="calls.count_completeness")
def count_completeness() -> None:
    completeness.count_today_and_yesterday(timezone.now())


@shared_task(name="calls.compute_peaks")
def compute_peaks() -> int:
    return compute.compute_due()


@shared_task(name="calls.sync_due")
def sync_due() -> int:
    return runs.perform_due()


@shared_task(name="calls.keep_promises")
def keep_promises() -> int:
    return promises.keep_due()


@shared_task(name="calls.deliver_due")
def deliver_due() -> int:
    """Each gets a message of its own: they wait for others' servers, and side by side.

    Without an expiry: another worker's clock would judge it, and the claim finds out what is done already.
    """
    ids = claim.due()
    for delivery_id in ids:
        deliver.apply_async((delivery_id,))
    return len(ids)


@shared_task(name="calls.deliver")
def deliver(delivery_id: int) -> str:
    return delivering.deliver(delivery_id)
