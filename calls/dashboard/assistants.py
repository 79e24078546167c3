"""The phone agents: their files, how they stand at Vapi, every version of them, and how calls went with each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from django.db.models import Count, QuerySet

from calls.assistants import sync
from calls.assistants.build import Built
from calls.assistants.difference import Change, changes
from calls.assistants.front_matter import BadFilesError
from calls.assistants.lint.look import findings
from calls.assistants.lint.rule import Finding
from calls.assistants.plan import ADOPT, CONFLICT, CREATE, DRIFT, FOREIGN, GONE, ORPHAN, UPDATE, Plan, Step
from calls.assistants.tuning.evidence import Tuned, noisy, tuned
from calls.assistants.tuning.measure import LEAST
from calls.assistants.tuning.words import Line, measures, stages
from calls.dashboard.version_calls import CallsOfVersion, calls_of
from calls.models import Managed, ManagedVersion, SyncRun
from calls.vapi.rest import Rest, RestError

MOST_VERSIONS = 20
MOST_RUNS = 5


@dataclass(frozen=True)
class Button:
    """What a manager can do about one step. `asks` is the question before what cannot be taken back."""

    act: str
    words: str
    force: bool = False
    asks: str = ""


OVERWRITE = Button(SyncRun.Act.APPLY, "Overwrite it", force=True, asks="What was changed at Vapi is lost there. Go on?")
TAKE = Button(SyncRun.Act.PULL, "Take it into the file")
BUTTONS: dict[str, tuple[Button, ...]] = {
    CREATE: (Button(SyncRun.Act.APPLY, "Create it"),),
    UPDATE: (Button(SyncRun.Act.APPLY, "Change it"),),
    ADOPT: (Button(SyncRun.Act.APPLY, "Take it up"),),
    DRIFT: (TAKE, OVERWRITE),
    CONFLICT: (TAKE, OVERWRITE),
    FOREIGN: (TAKE, OVERWRITE),
    GONE: (Button(SyncRun.Act.APPLY, "Create it again", force=True),),
    ORPHAN: (Button(SyncRun.Act.PRUNE, "Delete it at Vapi", asks="It is deleted at Vapi. Go on?"),),
}


@dataclass(frozen=True)
class Files:
    """`wrong` says what is wrong with them; then there is nothing else."""

    built: list[Built]
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planned:
    """`wrong` where there is no plan: the files or Vapi."""

    steps: list[tuple[Step, tuple[Button, ...]]]
    up_to_date: int = 0
    wrong: str = ""

    @property
    def can_apply(self) -> bool:
        return any(step.what in (CREATE, UPDATE, ADOPT) for step, _ in self.steps)


def files() -> Files:
    try:
        return Files(sync.read()[1])
    except BadFilesError as error:
        return Files([], tuple(map(str, error.problems)))


def lint() -> list[Finding]:
    """What would go wrong on the telephone; nothing where the files cannot be read, which is said elsewhere."""
    try:
        return findings(noisy())
    except BadFilesError:
        return []


def planned() -> Planned:
    """Asks Vapi: some seconds, and not on the way to a page."""
    try:
        with Rest() as rest:
            plan: Plan = sync.current_plan(rest)
    except (BadFilesError, RestError) as error:
        return Planned([], wrong=str(error))
    steps = [(step, BUTTONS.get(step.what, ())) for step in plan.to_do]
    return Planned(steps, len(plan.steps) - len(steps))


def managed() -> QuerySet[Managed]:
    return Managed.objects.annotate(number=Count("versions")).order_by("kind", "key")


def runs() -> QuerySet[SyncRun]:
    return SyncRun.objects.select_related("by")[:MOST_RUNS]


@dataclass(frozen=True)
class Version:
    it: ManagedVersion
    changes: list[Change]
    calls: CallsOfVersion
    is_current: bool


def versions(row: Managed) -> list[Version]:
    """Newest first, each with what it changed."""
    found = list(row.versions.select_related("by")[: MOST_VERSIONS + 1])
    measured = calls_of(row, found) if row.kind == Managed.Kind.ASSISTANT else {}
    return [
        Version(
            one,
            changes(other.document, one.document) if other is not None else [],
            measured.get(one.number, CallsOfVersion()),
            one is found[0],
        )
        for one, other in zip_longest(found, found[1:])
    ][:MOST_VERSIONS]


@dataclass(frozen=True)
class LineOfCalls:
    """One line's part of the page: what was measured, in words, and what to change."""

    it: Tuned
    measures: list[Line]
    stages: str

    @property
    def says_something(self) -> bool:
        return any(one.number >= LEAST for one in self.measures)


def tuning(row: Managed) -> list[LineOfCalls]:
    if row.kind != Managed.Kind.ASSISTANT:
        return []
    return [LineOfCalls(one, measures(one.found), stages(one.found)) for one in tuned(row)]
