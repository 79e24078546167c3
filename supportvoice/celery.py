"""The Celery application. Messages only wake: rows in PostgreSQL are the truth."""

from __future__ import annotations

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun, worker_before_create_process, worker_process_init
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportvoice.settings")
# Celery throws away what the checks find, and they load every page. `migrate` and `check` tell it.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "supportvoice.broker:Transport"))

GIVES_WAY_BY = 10

app = Celery("supportvoice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_before_create_process.connect
def share_what_is_imported(**_: Any) -> None:
    """Looking for garbage writes to every object, and each child would get a copy of all its pages."""
    gc.freeze()


@worker_process_init.connect
def give_way(**_: Any) -> None:
    """Where the machine is short of processor, what a caller waits for comes first, and the projection catches up.

    Only the processes of a pool are told: the threads that talk to CRMs are as urgent as the web server.
    """
    os.nice(GIVES_WAY_BY)


@task_prerun.connect
def leave_dead_connections(**_: Any) -> None:
    """The server of a kept one may be gone: the task gets a new one then."""
    from django.db import close_old_connections  # not for beat, which imports this module too

    close_old_connections()
