"""What would have to be done: our files, Vapi's state, and what both were when they last agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from calls.assistants.build import KINDS, Built
from calls.assistants.difference import Change, changes
from calls.assistants.files import ASSISTANT
from calls.assistants.remote import Document, mark_of, tidy
from calls.models import Managed

CREATE, UPDATE, ADOPT, NOTHING = "create", "update", "adopt", "nothing"
DRIFT, CONFLICT, GONE = "drift", "conflict", "gone"
ORPHAN, FOREIGN, AMBIGUOUS = "orphan", "foreign", "ambiguous"
# Somebody's work at Vapi: never overwritten without being named.
HELD = (DRIFT, CONFLICT, GONE, FOREIGN)
IN_WORDS = {
    CREATE: "will be created",
    UPDATE: "will be changed",
    ADOPT: "is at Vapi already, made by us: will be taken up",
    NOTHING: "is up to date",
    DRIFT: "was changed at Vapi since the last sync",
    CONFLICT: "was changed here and at Vapi since the last sync",
    GONE: "was deleted at Vapi",
    FOREIGN: "is at Vapi already, and was not made here",
    ORPHAN: "has no file any more",
    AMBIGUOUS: "is at Vapi more than once",
}


@dataclass(frozen=True, slots=True)
class Step:
    """`ours`: what the file would change at Vapi. `theirs`: what was changed there since the last sync."""

    kind: str
    key: str
    what: str
    vapi_id: str = ""
    document: Document = field(default_factory=dict)
    remote: Document = field(default_factory=dict)
    ours: tuple[Change, ...] = ()
    theirs: tuple[Change, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> tuple[str, str]:
        return self.kind, self.key

    @property
    def reference(self) -> str:
        return f"@{self.kind}/{self.key}"

    @property
    def name(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def in_words(self) -> str:
        return IN_WORDS[self.what]

    @property
    def is_held(self) -> bool:
        return self.what in HELD or self.what == AMBIGUOUS


@dataclass(frozen=True, slots=True)
class Plan:
    steps: list[Step]

    @property
    def to_do(self) -> list[Step]:
        return [step for step in self.steps if step.what != NOTHING]

    @property
    def references(self) -> dict[str, str]:
        """@kind/key → Vapi's id, of what is there."""
        return {step.reference: step.vapi_id for step in self.steps if step.vapi_id}

    def step(self, name: str) -> Step | None:
        """By its file's name, or with its kind before it: `assistant support`, `assistant/support`."""
        wanted = name.strip().replace("/", " ")
        return next((step for step in self.steps if wanted in (step.key, step.name)), None)


def make_plan(built: Iterable[Built], rows: Mapping[str, list[Document]], managed: Iterable[Managed]) -> Plan:
    known = {(row.kind, row.key): row for row in managed}
    wanted = {(one.kind, one.key): one for one in built}
    ids = {row.vapi_id: f"@{row.kind}/{row.key}" for row in known.values() if row.vapi_id}
    for kind, key in wanted:
        if found := _marked(kind, key, rows, known):
            ids[found[0]["id"]] = f"@{kind}/{key}"
    steps = [_step(one, known.get(place), rows, known, ids) for place, one in wanted.items()]
    gone = [row for place, row in known.items() if place not in wanted and row.vapi_id]
    steps += [_orphan(row, rows, ids) for row in gone if _at(rows, row.kind, row.vapi_id)]
    return Plan(sorted(steps, key=lambda step: (KINDS.index(step.kind), step.key)))


def _step(
    one: Built,
    row: Managed | None,
    rows: Mapping[str, list[Document]],
    known: Mapping[tuple[str, str], Managed],
    ids: Mapping[str, str],
) -> Step:
    base = Step(one.kind, one.key, CREATE, document=one.document, notes=tuple(one.notes))
    if row is None or not row.vapi_id:
        return _unknown(base, row, _marked(one.kind, one.key, rows, known), ids)
    there = _at(rows, one.kind, row.vapi_id)
    if there is None:
        return replace(base, what=GONE, ours=tuple(changes({}, one.document)))
    remote = tidy(one.kind, there, ids)
    ours, theirs = tuple(changes(row.local, one.document)), tuple(changes(row.remote, remote))
    what = {(False, False): NOTHING, (True, False): UPDATE, (False, True): DRIFT, (True, True): CONFLICT}
    found = what[bool(ours), bool(theirs)]
    return replace(base, what=found, vapi_id=row.vapi_id, remote=remote, ours=ours, theirs=theirs)


def _unknown(base: Step, intent: Managed | None, marked: list[Document], ids: Mapping[str, str]) -> Step:
    """Not managed yet. With an intent, what carries our mark was made by a run that did not get to write that down."""
    if len(marked) > 1:
        return replace(base, what=AMBIGUOUS)
    if not marked:
        return replace(base, ours=tuple(changes({}, base.document)))
    remote = tidy(base.kind, marked[0], ids)
    ours = tuple(changes(remote, base.document))
    is_ours = intent is not None or base.kind == ASSISTANT or not ours
    return replace(base, what=ADOPT if is_ours else FOREIGN, vapi_id=marked[0]["id"], remote=remote, ours=ours)


def _orphan(row: Managed, rows: Mapping[str, list[Document]], ids: Mapping[str, str]) -> Step:
    remote = tidy(row.kind, _at(rows, row.kind, row.vapi_id) or {}, ids)
    return Step(row.kind, row.key, ORPHAN, row.vapi_id, remote=remote, theirs=tuple(changes(row.remote, remote)))


def _at(rows: Mapping[str, list[Document]], kind: str, vapi_id: str) -> Document | None:
    return next((row for row in rows[kind] if row["id"] == vapi_id), None)


def _marked(
    kind: str, key: str, rows: Mapping[str, list[Document]], known: Mapping[tuple[str, str], Managed]
) -> list[Document]:
    """Of those that no other file has."""
    row = known.get((kind, key))
    if row and row.vapi_id:
        return []
    taken = {one.vapi_id for one in known.values() if one.kind == kind}
    return [found for found in rows[kind] if found["id"] not in taken and mark_of(kind, found) == key]
