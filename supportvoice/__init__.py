"""How the project is configured and served."""

from __future__ import annotations

from supportvoice.celery import app as celery_app

__all__ = ["celery_app"]
