"""How far the calls are compared with Vapi's API, and the next step of it.

A pass asks for what was changed between two moments, page by page, newest calls first. Where it is broken off, the
next one goes on at the same page.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from calls.message import moment, stamp_ms
from calls.models import ApiPass, Incident
from calls.reconcile.call_object import Row
from calls.reconcile.fill import Filled, fill
from calls.vapi.rest import CALLS_PAGE, Rest, RestError, iso

log = logging.getLogger(__name__)

FIRST_LOOK_BACK = timedelta(days=1)
# Vapi's clock is not ours, and an answer may lag behind what it tells of.
OVERLAP = timedelta(minutes=10)
# What changed just now is still on its way as a webhook.
SETTLED = timedelta(minutes=1)
LONGEST_RUN_S = 60  # below Celery's soft limit; the next one goes on
MOST_SINGLE, ASK_AGAIN, GIVE_UP = 50, timedelta(hours=1), timedelta(days=1)


@dataclass(slots=True)
class Outcome:
    asked: int = 0
    filled: list[Filled] = field(default_factory=list)
    is_whole: bool = True
    error: str = ""

    def in_words(self, *, only_plan: bool = False) -> str:
        calls, done = "call" if self.asked == 1 else "calls", "to be filled" if only_plan else "filled"
        end = "" if self.is_whole else " There is more: the next pass goes on."
        return f"{self.asked} {calls} looked at, {len(self.filled)} {done} from Vapi's API.{end}"


def go_on(now: datetime) -> Outcome:
    """What beat does. A failure is told once, not every five minutes."""
    outcome = Outcome()
    try:
        with Rest() as rest:
            _next_pass(rest, outcome, now, now - SETTLED)
            _ask_for_incidents(rest, outcome, now)
    except RestError as error:
        outcome.error = str(error)
    _note(outcome.error)
    if outcome.filled:
        log.info("reconcile: %s", outcome.in_words())
    return outcome


def catch_up(now: datetime) -> Outcome:
    """What a person asks for: up to this moment, however long it takes. Raises RestError."""
    outcome = Outcome()
    with Rest() as rest:
        while (row := _row()).through is None or row.through < now:
            _next_pass(rest, outcome, now, now, longest_s=None)
    _note("")
    return outcome


def look_since(since: datetime, now: datetime, *, only_plan: bool = False) -> Outcome:
    """Leaves alone how far the passes are. Raises RestError."""
    outcome = Outcome()
    with Rest() as rest:
        for rows in _pages(rest, since, now, ""):
            outcome.asked += len(rows)
            outcome.filled += fill(rows, now, only_plan=only_plan)
    return outcome


def next_since(now: datetime) -> datetime:
    row = _row()
    return row.since or (row.through or now - FIRST_LOOK_BACK) - OVERLAP


def _next_pass(
    rest: Rest, outcome: Outcome, now: datetime, until: datetime, longest_s: float | None = LONGEST_RUN_S
) -> None:
    row = _row()
    if row.since is None:
        row.since, row.until, row.before = next_since(now), until, ""
        row.save()
    give_up_at = time.monotonic() + longest_s if longest_s else None
    for rows in _pages(rest, row.since, row.until or until, row.before, lambda before: _keep_place(row, before)):
        outcome.asked += len(rows)
        outcome.filled += fill(rows, now)
        if give_up_at and time.monotonic() > give_up_at:
            outcome.is_whole = False
            return
    _finish(row)


def _pages(
    rest: Rest, since: datetime, until: datetime, before: str, done: Callable[[str], None] = lambda _: None
) -> Iterator[list[Row]]:
    """`done` is told where the next page begins, once its reader is through with the one before."""
    seen: set[str] = set()
    while True:
        rows = rest.calls(since, until, before)
        yield [row for row in rows if row.get("id") not in seen]
        if len(rows) < CALLS_PAGE:
            return
        ids = {str(row.get("id")) for row in rows}
        # A page may begin with what the one before ended with: calls of one millisecond.
        before, seen = _next_page(rows, is_stuck=ids <= seen), ids
        done(before)


def _next_page(rows: list[Row], *, is_stuck: bool) -> str:
    """Up to and with the oldest one's time; past it where a page was full of calls of that one time."""
    oldest = min((ms for row in rows if (ms := stamp_ms(row.get("createdAt")))), default=None)
    if oldest is None:
        raise RestError("Vapi gave calls without the time of their creation.")
    return iso(moment(oldest - 1 if is_stuck else oldest))


def _ask_for_incidents(rest: Rest, outcome: Outcome, now: datetime) -> None:
    """Calls that sound dead are asked for by name, for a list may never show them again."""
    due = Incident.objects.filter(Q(asked_at=None) | Q(asked_at__lt=now - ASK_AGAIN), state=Incident.State.OPEN)
    due = due.filter(opened_at__gte=now - GIVE_UP, opened_at__lte=now - SETTLED).select_related("call")
    for incident in due.order_by("opened_at")[:MOST_SINGLE]:
        call = rest.call(incident.call.vapi_id)
        outcome.asked += 1
        outcome.filled += fill([call] if call else [], now)
        Incident.objects.filter(pk=incident.pk).update(asked_at=now)


def _row() -> ApiPass:
    return ApiPass.objects.get_or_create(pk=ApiPass.ONLY)[0]


def _keep_place(row: ApiPass, before: str) -> None:
    ApiPass.objects.filter(pk=row.pk, since=row.since).update(before=before)


def _finish(row: ApiPass) -> None:
    """Unless another one has done the same meanwhile."""
    done = {"through": row.until, "since": None, "until": None, "before": "", "ended_at": timezone.now()}
    ApiPass.objects.filter(pk=row.pk, since=row.since).update(**done)


def _note(error: str) -> None:
    if ApiPass.objects.filter(pk=_row().pk).exclude(error=error).update(error=error) and error:
        log.warning("what webhooks lost cannot be filled from Vapi's API: %s", error)
