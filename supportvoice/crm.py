"""The CRM worker's Celery application: the other worker's, for threads that share their connections to PostgreSQL."""

from __future__ import annotations

import os

os.environ.setdefault("DATABASE_POOL_SIZE", "32")

from supportvoice.celery import app

__all__ = ["app"]
