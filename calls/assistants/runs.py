"""Runs that somebody asked for on the page: claimed by a worker, told line by line, and never left open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from calls.assistants import sync
from calls.assistants.apply import Outcome, Session
from calls.assistants.front_matter import BadFilesError
from calls.models import SyncRun
from calls.vapi.rest import Rest, RestError

SYNC_DUE = "calls.sync_due"
# Longer than any one request to Vapi with all its attempts.
SILENT = timedelta(minutes=4)
LEFT = "The worker that did this ended. Start it again: what was begun is finished, nothing is made twice."
HELD = "What was changed at Vapi was left alone: take it into the files, or overwrite it."
State = SyncRun.State


def perform_due() -> int:
    """The number of runs that were done now."""
    silent = SyncRun.objects.filter(state=State.RUNNING, said_at__lt=timezone.now() - SILENT)
    silent.update(state=State.FAILED, said=Concat(F("said"), Value(f"{LEFT}\n")), ended_at=timezone.now())
    due = SyncRun.objects.filter(state=State.WAITING).order_by("id")
    return sum(_perform(run) for run in due)


def _perform(run: SyncRun) -> bool:
    mine = SyncRun.objects.filter(pk=run.pk, state=State.WAITING)
    if not mine.update(state=State.RUNNING, said_at=timezone.now()):
        return False
    try:
        with Rest() as rest:
            outcome = ACTS[run.act](run, Session(rest, run.by, lambda line: _tell(run, line)))
    except (BadFilesError, RestError, sync.NoSuchNameError, sync.BusyError) as error:
        outcome = Outcome(failed=[str(error)])
        _tell(run, str(error))
    except Exception:
        _end(run, State.FAILED, LEFT)
        raise
    _end(run, State.DONE if outcome.is_whole else State.FAILED, HELD if outcome.held else "")
    return True


def _tell(run: SyncRun, line: str) -> None:
    told = Concat(F("said"), Value(f"{line}\n"))
    SyncRun.objects.filter(pk=run.pk).update(said=told, said_at=timezone.now())


def _end(run: SyncRun, state: str, last_line: str) -> None:
    if last_line:
        _tell(run, last_line)
    SyncRun.objects.filter(pk=run.pk).update(state=state, ended_at=timezone.now())


def _named(run: SyncRun) -> list[str]:
    return [run.name] if run.name else []


def _apply(run: SyncRun, session: Session) -> Outcome:
    return sync.do_apply(session, sync.Wish(_named(run), _named(run) if run.force else ()))


def _prune(run: SyncRun, session: Session) -> Outcome:
    return sync.do_prune(session, _named(run))


def _pull(run: SyncRun, session: Session) -> Outcome:
    return sync.do_pull(session, _named(run))


def _roll_back(run: SyncRun, session: Session) -> Outcome:
    return sync.do_roll_back(session, run.name, run.version or 0)


ACTS: dict[str, Callable[[SyncRun, Session], Outcome]] = {
    SyncRun.Act.APPLY: _apply,
    SyncRun.Act.PULL: _pull,
    SyncRun.Act.PRUNE: _prune,
    SyncRun.Act.ROLL_BACK: _roll_back,
}
