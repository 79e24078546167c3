"""Why something could not be done with an escalation. Each says it as a sentence for who asked."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser

from calls.models import Escalation


class EscalationError(Exception):
    """Nothing was changed."""


class TooLateError(EscalationError):
    """Somebody else was faster; `escalation` is how it stands now."""

    def __init__(self, escalation: Escalation) -> None:
        super().__init__(_standing(escalation))
        self.escalation = escalation


class CannotTakeError(EscalationError):
    def __init__(self, person: AbstractBaseUser) -> None:
        super().__init__(f"{person_name(person)} may not work on escalations.")


class NoResolutionError(EscalationError):
    def __init__(self) -> None:
        super().__init__("Say how it was resolved: the next person who reads this call needs it.")


def person_name(person: AbstractBaseUser | None) -> str:
    if person is None:
        return "Somebody"
    return getattr(person, "get_full_name", str)() or person.get_username()


def _standing(escalation: Escalation) -> str:
    if escalation.state == Escalation.State.RESOLVED:
        return "It is resolved already."
    if escalation.state == Escalation.State.OPEN:
        return "It was put back meanwhile: nobody has it now."
    return f"{person_name(escalation.claimed_by)} has it now."
