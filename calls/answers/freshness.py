"""Is what we know of a ticket or a caller fresh enough to be told? The CRM is asked as long as the answer can wait.

Never more than a few at once: who waits here holds a thread that others need, and what is not asked here Celery asks.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from threading import BoundedSemaphore
from typing import Any

from calls.answers.registry import Context, Tool
from tickets import copy
from tickets.crm.connections import active
from tickets.crm.errors import CrmError
from tickets.spoken import ticket_number

# What the database and the way back still need.
RESERVE_S = 0.25
LEAST_S = 0.1
MOST_AT_ONCE = 4
TICKET_ARGUMENTS = ("ticketId", "ticket_id")

log = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="ask-crm")
_places = BoundedSemaphore(MOST_AT_ONCE)


def subject_of(tool: Tool, arguments: dict[str, Any], caller_number: str) -> copy.Subject | None:
    """What is to be looked up; None where tickets are kept here, or there is nothing to look up."""
    if not tool.about or active().is_local:
        return None
    if tool.about == "caller":
        return copy.Subject("contact", caller_number) if caller_number else None
    said = next((arguments[name] for name in TICKET_ARGUMENTS if name in arguments), "")
    number = ticket_number(said) if isinstance(said, str | int) and not isinstance(said, bool) else None
    return copy.Subject("number", str(number)) if number else None


def bring(subject: copy.Subject | None, context: Context) -> bool:
    """Whether the working copy is now as it should be. Takes no longer than the answer can wait."""
    if subject is None or copy.is_fresh(subject):
        return True
    left_s = context.left_s() - RESERVE_S
    if left_s < LEAST_S or not _places.acquire(blocking=False):
        return False
    asked = _threads.submit(_ask, subject, left_s)
    try:
        found = asked.result(timeout=left_s)
    except (CrmError, NotYetError) as error:
        log.info("not in time: %s (%s)", subject.kind, type(error).__name__)
        return False
    copy.take(subject, found)
    return True


def _ask(subject: copy.Subject, timeout_s: float) -> copy.Found:
    """In a thread of its own, without the database: an answer that drips holds up nobody's answer."""
    try:
        return copy.fetch(subject, timeout_s=timeout_s)
    finally:
        _places.release()
