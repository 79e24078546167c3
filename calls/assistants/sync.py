"""Plan, apply, pull, prune, roll back: what the command and the page do, one run at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.db import connection

from calls.assistants import history
from calls.assistants.apply import Outcome, Session, apply, prune
from calls.assistants.build import Built, Server, build, name_of
from calls.assistants.difference import Change, changes
from calls.assistants.files import ASSISTANT, TOOL, Folder, read_folder
from calls.assistants.plan import CONFLICT, DRIFT, FOREIGN, NOTHING, Plan, Step, make_plan
from calls.assistants.pull import CannotPullError, Place, key_for, write_file
from calls.assistants.remote import Document, read_all, tidy, with_ids
from calls.models import Managed, ManagedVersion
from calls.vapi.rest import Rest

_ADVISORY_LOCK = 0x5654_0007
PULLED = (DRIFT, CONFLICT, FOREIGN)


class BusyError(Exception):
    """Somebody else's run is under way."""


class NoSuchNameError(Exception):
    """Nothing is called that."""


def folder_path() -> Path:
    return Path(settings.ASSISTANTS_DIR)


def server() -> Server:
    return Server(f"{settings.PUBLIC_URL.rstrip('/')}/webhook/vapi", settings.VAPI_CREDENTIAL_ID)


def read() -> tuple[Folder, list[Built]]:
    """Raises BadFilesError before anything is asked of Vapi."""
    folder = read_folder(folder_path())
    return folder, build(folder, server())


def current_plan(rest: Rest, only: Collection[str] = ()) -> Plan:
    """Raises BadFilesError, RestError, NoSuchNameError."""
    _, built = read()
    return narrowed(make_plan(built, read_all(rest), Managed.objects.all()), only)


def narrowed(plan: Plan, only: Collection[str]) -> Plan:
    """To what is named, and the tools and outputs it needs; every id stays known."""
    if not only:
        return plan
    chosen = {step.reference for name in only if (step := plan.step(name))}
    unknown = [name for name in only if plan.step(name) is None]
    if unknown:
        known = ", ".join(step.key for step in plan.steps if step.kind != TOOL)
        raise NoSuchNameError(f"Nothing is called {', '.join(unknown)}. There are: {known or 'no files yet'}.")
    needed = {name for step in plan.steps if step.reference in chosen for name in _named_by(step)}
    return replace(plan, steps=[_if_chosen(step, chosen | needed) for step in plan.steps])


def _named_by(step: Step) -> list[str]:
    model, plan = step.document.get("model", {}), step.document.get("artifactPlan", {})
    members = [member.get("assistantId", "") for member in step.document.get("members", [])]
    return [*model.get("toolIds", []), *plan.get("structuredOutputIds", []), *members]


def _if_chosen(step: Step, chosen: set[str]) -> Step:
    return step if step.reference in chosen else replace(step, what=NOTHING, ours=(), theirs=())


@contextmanager
def alone() -> Iterator[None]:
    """One run at a time, in all processes: two would make two assistants of one file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY_LOCK])
        if not cursor.fetchone()[0]:
            raise BusyError("Another run is under way. Wait until it has ended.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])


@dataclass(frozen=True, slots=True)
class Wish:
    """`only` narrows; `force` names what may be overwritten although it was changed at Vapi."""

    only: Collection[str] = ()
    force: Collection[str] = ()
    prune: bool = False


def do_apply(session: Session, wish: Wish) -> Outcome:
    with alone():
        plan = current_plan(session.rest, wish.only)
        if unknown := [name for name in wish.force if plan.step(name) is None]:
            raise NoSuchNameError(f"Nothing is called {', '.join(unknown)}.")
        outcome = apply(plan, session, wish.force)
        if wish.prune and not outcome.failed:
            more = prune(plan.steps, session)
            outcome.done += more.done
            outcome.failed += more.failed
        return outcome


def do_prune(session: Session, only: Collection[str] = ()) -> Outcome:
    """Deletes at Vapi what has no file any more."""
    with alone():
        return prune(current_plan(session.rest, only).steps, session)


def do_pull(session: Session, only: Collection[str] = ()) -> Outcome:
    """What was changed at Vapi goes into the files. A name that only Vapi knows becomes a new file."""
    with alone():
        plan = current_plan(session.rest)
        named = [step for name in only if (step := plan.step(name))]
        new = [_only_there(session.rest, name) for name in only if plan.step(name) is None]
        outcome = Outcome()
        for step in [*new, *(step for step in plan.steps if step.what in PULLED and (not only or step in named))]:
            _pull(step, session, outcome)
        return outcome


def _pull(step: Step, session: Session, outcome: Outcome) -> None:
    try:
        path = _write_file(step, step.remote, step.theirs if step.what != FOREIGN else ())
    except (CannotPullError, OSError) as error:
        outcome.failed.append(f"{step.name}: {error}")
        session.tell(f"{step.name}: NOT PULLED. {error}")
        return
    agreed = history.Agreed(step.vapi_id, _as_the_file_was(step), step.remote)
    history.write_down(step.place, agreed, ManagedVersion.Source.PULLED, session.by)
    outcome.done.append(f"{step.name}: written to {path.name}")
    session.tell(outcome.done[-1])


def _write_file(step: Step, remote: Document, theirs: tuple[Change, ...]) -> Path:
    return write_file(Place(folder_path(), step.kind, step.key, server()), remote, theirs)


def _as_the_file_was(step: Step) -> Document:
    """What the file made when both sides agreed, with what was pulled in it: its other changes stay changes."""
    if step.what == FOREIGN:
        return step.remote
    now = next(one.document for one in read()[1] if (one.kind, one.key) == step.place)
    pulled = {change.key for change in step.theirs}
    row = Managed.objects.filter(kind=step.kind, key=step.key).first()
    before = row.local if row and row.local else now
    kept = {key: value for key, value in before.items() if key not in pulled}
    return {key: value for key, value in now.items() if key in pulled} | kept


def _only_there(rest: Rest, name: str) -> Step:
    ids = {row.vapi_id: f"@{row.kind}/{row.key}" for row in Managed.objects.exclude(vapi_id="")}
    found = [row for row in rest.list(ASSISTANT) if name in (row.get("name"), row["id"]) and row["id"] not in ids]
    if len(found) != 1:
        how = "no assistant is" if not found else f"{len(found)} assistants are"
        raise NoSuchNameError(f"At Vapi {how} called {name!r}. Take its id where the name is not enough.")
    key, remote = key_for(name_of(ASSISTANT, found[0])), tidy(ASSISTANT, found[0], ids)
    return Step(ASSISTANT, key, FOREIGN, found[0]["id"], remote=remote)


def do_roll_back(session: Session, name: str, number: int) -> Outcome:
    """Vapi gets that version again, and so does the file, where it can be written."""
    with alone():
        plan = current_plan(session.rest)
        step = plan.step(name)
        versions = ManagedVersion.objects.filter(number=number)
        version = versions.filter(managed__kind=step.kind, managed__key=step.key).first() if step else None
        if step is None or version is None or not step.vapi_id:
            raise NoSuchNameError(f"There is no version {number} of {name!r}.")
        remote = _give_again(session.rest, plan, step, version.document)
        outcome = Outcome(done=[f"{step.name}: version {number} is back at Vapi"])
        agreed = history.Agreed(step.vapi_id, _file_after(step, remote, outcome), remote)
        note = f"version {number} again"
        history.write_down(step.place, agreed, ManagedVersion.Source.ROLLED_BACK, session.by, note)
        for line in (*outcome.done, *outcome.failed):
            session.tell(line)
        return outcome


def _give_again(rest: Rest, plan: Plan, step: Step, document: Document) -> Document:
    """What Vapi has afterwards."""
    sent = {key: value for key, value in document.items() if step.remote.get(key) != value}
    for key, value in step.remote.items():
        if key not in document and isinstance(value, dict | list) and value:
            sent[key] = type(value)()
    if sent:
        rest.change(step.kind, step.vapi_id, with_ids(sent, plan.references))
    there = rest.get(step.kind, step.vapi_id) or {}
    return tidy(step.kind, there, {vapi_id: reference for reference, vapi_id in plan.references.items()})


def _file_after(step: Step, remote: Document, outcome: Outcome) -> Document:
    try:
        if theirs := tuple(changes(step.document, remote)):
            _write_file(step, remote, theirs)
        return next(one.document for one in read()[1] if (one.kind, one.key) == step.place)
    except (CannotPullError, OSError) as error:
        outcome.failed.append(f"{step.name}: the file could not be written and still says otherwise ({error})")
        return remote
