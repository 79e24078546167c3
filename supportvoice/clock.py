"""Beat's Celery application. It sends tasks by their names and knows none of them: half the memory of one that does."""

from __future__ import annotations

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportvoice.settings")

# Without the fixup that would load Django's apps.
app = Celery("supportvoice", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")


@setup_logging.connect
def log_as_django_does(**_: Any) -> None:
    dictConfig(settings.LOGGING)
