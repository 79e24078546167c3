"""Every write to a CRM, once: asked for in the transaction that answers, performed by Celery, never forgotten."""

from __future__ import annotations

from tickets.operations.ask import ask
from tickets.operations.perform import perform
from tickets.operations.person import AlreadyDecidedError, retry, settle
from tickets.operations.sweep import due

__all__ = ["AlreadyDecidedError", "ask", "due", "perform", "retry", "settle"]
