"""Is at Vapi what the files say?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from calls.assistants import sync
from calls.assistants.plan import AMBIGUOUS, CONFLICT, GONE, IN_WORDS, Step
from calls.doctor.account import Account
from calls.doctor.said import Said, note, well, wrong
from calls.models import Managed

# Until a person decides, neither side is what somebody wanted.
BROKEN = (CONFLICT, GONE, AMBIGUOUS)
MOST_NAMES = 6


def drift(account: Account) -> Iterator[Said]:
    sync.read()
    if not Managed.objects.exclude(vapi_id="").exists():
        yield note("No agent was brought to Vapi from its file yet. manage.py sync_assistants shows what would be.")
        return
    steps = account.ask(sync.current_plan).to_do
    for what in dict.fromkeys(step.what for step in steps):
        names = _names(step for step in steps if step.what == what)
        say = wrong if what in BROKEN else note
        yield say(f"{names}: {IN_WORDS[what]}. manage.py sync_assistants shows what differs.")
    if not steps:
        yield well("Everything at Vapi is as its file says.")


def _names(steps: Iterable[Step]) -> str:
    names = [step.name for step in steps]
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
