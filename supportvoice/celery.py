"""The Celery application. Messages only wake: rows in PostgreSQL are the truth."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportvoice.settings")

app = Celery("supportvoice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
