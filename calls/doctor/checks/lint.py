"""Would the agents' files go wrong on the telephone?"""

from __future__ import annotations

from collections.abc import Iterator

from calls.assistants.front_matter import BadFilesError
from calls.assistants.lint.look import findings
from calls.assistants.tuning.evidence import noisy
from calls.doctor.account import Account
from calls.doctor.said import Said, note, well, wrong


def lint(_: Account) -> Iterator[Said]:
    try:
        found = [one for one in findings(noisy()) if not one.silenced]
    except BadFilesError as error:
        yield from (wrong(f"{problem}") for problem in error.problems)
        return
    for one in found:
        say = wrong if one.is_error else note
        yield say(f"{one.path}: {one.said} {one.fix} [{one.rule}]")
    if not found:
        yield well("The agents' files have nothing that would go wrong on the telephone.")
