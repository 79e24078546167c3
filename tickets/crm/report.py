"""Whether a CRM can be worked with, in plain words, and what to do where it cannot."""

from __future__ import annotations

from dataclasses import dataclass

from tickets.crm import errors
from tickets.crm.connections import KINDS, adapter, connection, from_environment
from tickets.crm.errors import CrmError
from tickets.crm.guard import breaker

PATIENCE_S = 15.0
# What to do. The first kind that fits.
ADVICE: tuple[tuple[type[CrmError], str], ...] = (
    (errors.NotSetUpError, "Set it in the environment or in the admin, CRM settings."),
    (errors.KeyRefusedError, "It answers, and does not take the key: make a new one, or give its user more rights."),
    (errors.UnreachableError, "No connection: is the address right, and does a firewall let this machine out?"),
    (errors.TooSlowError, f"It took longer than {PATIENCE_S:.0f} s."),
    (errors.NotThereError, "Something answers there, and it is not this CRM: is the address right?"),
    (CrmError, "It answered with an error of its own. Look at its status page."),
)


@dataclass(frozen=True, slots=True)
class Report:
    lines: list[str]
    works: bool


def settings_of(name: str) -> list[str]:
    """Where each value comes from, and never the value of a secret."""
    given = connection(name).given
    lines = []
    for need in KINDS[name].needs:
        if not given[need.name]:
            said = "not set" if need.required else "not set, which is allowed"
        else:
            where = "environment" if from_environment(need) else "admin"
            said = f"set ({where})" if need.is_secret else f"{given[need.name]} ({where})"
        lines.append(f"{need.variable}: {said}")
    return lines


def report(name: str) -> Report:
    """Asks the CRM, for at most PATIENCE_S seconds."""
    try:
        health = adapter(name).health(timeout_s=PATIENCE_S)
    except CrmError as error:
        advice = next(advice for kind, advice in ADVICE if isinstance(error, kind))
        return Report([f"DOES NOT WORK: {error.detail or type(error).__name__}", advice], works=False)
    state = breaker(name).state()
    open_ = [f"Its circuit breaker is {state}: it failed too often just now."] if state != "closed" else []
    verdict = "It works." if health.works else "DOES NOT WORK yet, see above."
    return Report([*health.lines, *open_, verdict], health.works)
