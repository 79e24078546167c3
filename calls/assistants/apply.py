"""Bringing our side to Vapi, one resource after the other. A run that dies is finished by the next one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import User

from calls.assistants import history
from calls.assistants.build import KINDS
from calls.assistants.difference import changes
from calls.assistants.plan import ADOPT, AMBIGUOUS, CREATE, FOREIGN, GONE, NOTHING, ORPHAN, Plan, Step
from calls.assistants.remote import Document, UnknownReferenceError, mark_of, tidy, with_ids
from calls.models import ManagedVersion
from calls.vapi.rest import Rest, RestError

Tell = Callable[[str], None]


@dataclass
class Outcome:
    """`held`: left alone because somebody changed it at Vapi."""

    done: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.held and not self.failed


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation with Vapi: who wanted it, and who hears what is done."""

    rest: Rest
    by: User | None = None
    tell: Tell = lambda _: None


@dataclass
class Run:
    session: Session
    ids: dict[str, str]
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def rest(self) -> Rest:
        return self.session.rest

    def names(self) -> dict[str, str]:
        return {vapi_id: reference for reference, vapi_id in self.ids.items()}

    def say(self, step: Step, what: str) -> None:
        self.outcome.done.append(f"{step.name}: {what}")
        self.session.tell(f"{step.name}: {what}")

    def fail(self, step: Step, why: str) -> None:
        self.outcome.failed.append(f"{step.name}: {why}")
        self.session.tell(f"{step.name}: NOT DONE. {why}")


def apply(plan: Plan, session: Session, force: Collection[str] = ()) -> Outcome:
    """`force` names what may be overwritten although it was changed at Vapi. Orphans are left: `prune`."""
    run = Run(session, dict(plan.references))
    for step in plan.steps:
        if step.what in (NOTHING, ORPHAN):
            continue
        if step.is_held and (step.what == AMBIGUOUS or not {step.key, step.name} & set(force)):
            run.outcome.held.append(step.name)
            session.tell(f"{step.name}: left alone, it {step.in_words}.")
            continue
        _each(run, step, _create if step.what in (CREATE, GONE) else _change)
    return run.outcome


def prune(steps: Iterable[Step], session: Session) -> Outcome:
    """Deletes at Vapi what has no file any more: what names others first."""
    run = Run(session, {})
    orphans = [step for step in steps if step.what == ORPHAN]
    for step in sorted(orphans, key=lambda one: -KINDS.index(one.kind)):
        _each(run, step, _delete)
    return run.outcome


def _each(run: Run, step: Step, work: Callable[[Run, Step], None]) -> None:
    try:
        work(run, step)
    except UnknownReferenceError as error:
        run.fail(step, f"{error} is not at Vapi.")
    except RestError as error:
        run.fail(step, str(error))


def _create(run: Run, step: Step) -> None:
    history.intend(step.kind, step.key)
    vapi_id = _created(run, step)
    run.ids[step.reference] = vapi_id
    _write_down(run, step, vapi_id, step.document, "created")


def _created(run: Run, step: Step) -> str:
    """Where the answer got lost, what was made is looked for instead of made again."""
    try:
        return str(run.rest.create(step.kind, with_ids(step.document, run.ids))["id"])
    except RestError as error:
        made = _made(run, step) if error.may_be_done else []
        if len(made) != 1:
            raise
        return made[0]


def _made(run: Run, step: Step) -> list[str]:
    known = set(run.ids.values())
    rows = run.rest.list(step.kind)
    return [row["id"] for row in rows if mark_of(step.kind, row) == step.key and row["id"] not in known]


def _change(run: Run, step: Step) -> None:
    """Only top-level keys that differ, each whole, and nothing if somebody was faster than we."""
    there = run.rest.get(step.kind, step.vapi_id)
    if there is None:
        raise RestError("It was deleted at Vapi meanwhile. Make a new plan.")
    if changes(step.remote, tidy(step.kind, there, run.names())):
        raise RestError("It was changed at Vapi meanwhile. Make a new plan.")
    sent = sent_keys(step)
    if sent:
        run.rest.change(step.kind, step.vapi_id, with_ids(sent, run.ids))
    what = "taken up" if step.what == ADOPT and not sent else f"changed: {', '.join(sent) or 'nothing'}"
    _write_down(run, step, step.vapi_id, sent, what)


def sent_keys(step: Step) -> Document:
    """What was changed on either side, as the file has it.

    Vapi's document lets no key be taken away: what the file no longer says is emptied where it is a list or an object.
    """
    keys = dict.fromkeys(change.key for change in (*step.ours, *step.theirs))
    kept = {key: step.document[key] for key in keys if key in step.document}
    was_ours = step.what not in (ADOPT, FOREIGN)
    emptied = {
        key: type(step.remote[key])()
        for key in keys
        if was_ours and key not in step.document and isinstance(step.remote.get(key), dict | list)
    }
    return kept | emptied


def _write_down(run: Run, step: Step, vapi_id: str, sent: Document, what: str) -> None:
    there = run.rest.get(step.kind, vapi_id)
    if there is None:
        raise RestError("It was written, and is not there when read again.")
    remote = tidy(step.kind, there, run.names())
    agreed = history.Agreed(vapi_id, step.document, remote)
    history.write_down(step.place, agreed, ManagedVersion.Source.APPLIED, run.session.by)
    run.say(step, what)
    if lost := not_taken(sent, remote):
        run.fail(step, f"Vapi took the request and shows something else in {', '.join(lost)}.")


def not_taken(sent: Document, remote: Document) -> list[str]:
    """Paths of what was sent and is not there. What Vapi adds by itself is no loss."""
    found = changes(sent, remote)
    return [change.path for change in found if change.before and change.before not in ("{}", "[]")]


def _delete(run: Run, step: Step) -> None:
    run.rest.delete(step.kind, step.vapi_id)
    history.deleted(step.place, run.session.by)
    run.say(step, "deleted at Vapi")
