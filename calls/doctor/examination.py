"""All checks, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from calls.assistants.front_matter import BadFilesError
from calls.doctor.account import Account
from calls.doctor.checks import ALL
from calls.doctor.own_address import NotAskedError
from calls.doctor.said import Check, Said, unchecked
from calls.vapi.rest import RestError


@dataclass(frozen=True, slots=True)
class Examined:
    name: str
    said: list[Said]

    @property
    def is_wrong(self) -> bool:
        return any(one.is_wrong for one in self.said)


def examine() -> list[Examined]:
    """Asks Vapi, and posts to our own address: some seconds."""
    account = Account()
    return [Examined(name, _said(check, account)) for name, check in ALL.items()]


def _said(check: Check, account: Account) -> list[Said]:
    """What one check cannot know is no reason to leave the others out."""
    found: list[Said] = []
    try:
        found.extend(check(account))
    except (RestError, NotAskedError) as error:
        found.append(unchecked(str(error)))
    except BadFilesError:
        found.append(unchecked("The agents' files cannot be read: see lint."))
    return found
