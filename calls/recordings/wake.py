"""Tells Celery that a recording waits for its waveform. A lost wake costs ten seconds: beat sends one as often."""

from __future__ import annotations

import logging

from celery import current_app

COMPUTE_PEAKS = "calls.compute_peaks"

log = logging.getLogger(__name__)


def wake() -> None:
    try:
        current_app.send_task(COMPUTE_PEAKS, retry=False)
    except Exception as error:  # whatever is wrong with the broker
        log.debug("wake not sent: %s", type(error).__name__)
