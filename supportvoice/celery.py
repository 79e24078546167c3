"""The Celery application. Messages only wake: rows in PostgreSQL are the truth."""

from __future__ import annotations

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_before_create_process
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportvoice.settings")
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "supportvoice.broker:Transport"))

app = Celery("supportvoice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_before_create_process.connect
def share_what_is_imported(**_: Any) -> None:
    """Looking for garbage writes to every object, and each child would get a copy of all its pages."""
    gc.freeze()
