"""Compares the agents' files with Vapi and brings them there, or takes what was changed there.

Exit code: 0 nothing to do or done; 1 something is wrong (--check: also what lint calls an error); 2 there is something
to do (--plan).
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calls.assistants import sync
from calls.assistants.apply import Outcome, Session
from calls.assistants.difference import Change
from calls.assistants.front_matter import BadFilesError
from calls.assistants.lint.look import findings
from calls.assistants.lint.rule import Finding
from calls.assistants.plan import NOTHING, Plan, Step
from calls.assistants.tuning.evidence import noisy
from calls.vapi.rest import Rest, RestError

TO_DO = 2
SIGNS = {"create": "+", "update": "~", "adopt": "=", "nothing": " ", "orphan": "-"}


class Command(BaseCommand):
    help = "Plan (default), apply, pull, prune or roll back the assistants in ASSISTANTS_DIR."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--plan", action="store_true", help="what would be done, field by field (the default)")
        what.add_argument("--apply", action="store_true", help="do it")
        what.add_argument("--pull", action="store_true", help="write into the files what was changed at Vapi")
        what.add_argument("--check", action="store_true", help="for CI: read and validate the files, asking nobody")
        what.add_argument("--rollback", metavar="NAME", help="give Vapi an earlier version of NAME again; needs --to")
        parser.add_argument("--to", type=int, metavar="VERSION", help="the version's number, for --rollback")
        parser.add_argument(
            "--prune", action="store_true", help="with --apply: delete at Vapi what has no file any more"
        )
        parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this one; may be repeated")
        parser.add_argument(
            "--force",
            action="append",
            default=[],
            metavar="NAME",
            help="overwrite what was changed at Vapi on this one",
        )

    def handle(self, **options: Any) -> None:
        try:
            code = self._check() if options["check"] else self._with_vapi(options)
        except (BadFilesError, RestError, sync.NoSuchNameError, sync.BusyError) as error:
            raise CommandError(str(error)) from None
        if code:
            sys.exit(code)

    def _with_vapi(self, options: dict[str, Any]) -> int:
        sync.read()  # nothing is asked while a file is broken
        with Rest() as rest:
            session = Session(rest, tell=self.stdout.write)
            if options["rollback"]:
                if options["to"] is None:
                    raise CommandError("--rollback needs --to VERSION.")
                return self._said(sync.do_roll_back(session, options["rollback"], options["to"]))
            if options["pull"]:
                return self._said(sync.do_pull(session, options["only"]))
            if options["apply"]:
                wish = sync.Wish(options["only"], options["force"], options["prune"])
                return self._said(sync.do_apply(session, wish))
            if options["prune"]:
                raise CommandError("--prune deletes; it goes with --apply.")
            return self._plan(rest, options["only"])

    def _said(self, outcome: Outcome) -> int:
        self.stdout.write(
            f"Done: {len(outcome.done)}. Left alone: {len(outcome.held)}. Not done: {len(outcome.failed)}."
        )
        if outcome.held:
            self.stdout.write("Take what was changed at Vapi with --pull, or overwrite it with --force NAME.")
        return 0 if outcome.is_whole else 1

    def _plan(self, rest: Rest, only: list[str]) -> int:
        plan = sync.current_plan(rest, only)
        self.stdout.writelines(f"{line}\n" for line in plan_lines(plan))
        self._lint(noisy())
        return TO_DO if plan.to_do else 0

    def _check(self) -> int:
        folder, built = sync.read()
        for one in built:
            for path, note in one.notes:
                self.stdout.write(f"{one.path}: {path} {note}")
        self.stdout.write(f"{len(folder.sources)} files, {len(built)} documents: valid.")
        return 1 if any(finding.is_error for finding in self._lint()) else 0

    def _lint(self, noisy_agents: Iterable[str] = ()) -> list[Finding]:
        found = findings(noisy_agents)
        self.stdout.writelines(f"{finding}\n" for finding in found)
        return found


def plan_lines(plan: Plan) -> Iterator[str]:
    if not plan.to_do:
        yield f"Nothing to do: {len(plan.steps)} up to date."
        return
    for step in plan.steps:
        if step.what != NOTHING:
            yield from step_lines(step)
    yield f"{len(plan.to_do)} to do, {len(plan.steps) - len(plan.to_do)} up to date."


def step_lines(step: Step) -> Iterator[str]:
    yield f"{SIGNS.get(step.what, '!')} {step.name}: {step.in_words}"
    for path, note in step.notes:
        yield f"    note: {path} {note}"
    if step.theirs:
        yield "    at Vapi:"
        yield from change_lines(step.theirs)
    if step.ours and step.what != "create":
        yield "    in the file:"
        yield from change_lines(step.ours)
    if step.is_held:
        yield f"    Take it with --pull --only {step.key}, or overwrite it with --apply --force {step.key}."


def change_lines(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        if change.lines:
            yield f"      {change.path}:"
            yield from (f"        {line}" for line in change.lines)
        else:
            yield f"      {change.path}: {change.before or '(none)'} → {change.after or '(none)'}"
