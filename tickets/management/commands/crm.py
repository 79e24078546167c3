"""Says in plain words whether a CRM can be worked with, and what to do where it cannot. Exit code 1 where it cannot."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets.crm import errors
from tickets.crm.connections import KINDS, active, adapter, connection, from_environment
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


class Command(BaseCommand):
    help = "crm check [NAME]: is the CRM reachable, is the key right, is everything there that is needed?"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["check"])
        parser.add_argument("name", nargs="?", help=f"One of {', '.join(KINDS)}; the active one where it is left out")

    def handle(self, **options: Any) -> None:
        name = options["name"] or active().name
        if name not in KINDS:
            raise CommandError(f"There is no CRM named {name!r}. There are: {', '.join(KINDS)}.")
        self.stdout.write(f"{KINDS[name].label} ({'active' if name == active().name else 'not active'})")
        for line in self._settings(name):
            self.stdout.write(f"  {line}")
        if not self._works(name):
            sys.exit(1)

    def _settings(self, name: str) -> list[str]:
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

    def _works(self, name: str) -> bool:
        try:
            health = adapter(name).health(timeout_s=PATIENCE_S)
        except CrmError as error:
            self.stdout.write(f"  DOES NOT WORK: {error.detail or type(error).__name__}")
            self.stdout.write(f"  {next(advice for kind, advice in ADVICE if isinstance(error, kind))}")
            return False
        for line in health.lines:
            self.stdout.write(f"  {line}")
        state = breaker(name).state()
        if state != "closed":
            self.stdout.write(f"  Its circuit breaker is {state}: it failed too often just now.")
        self.stdout.write("  It works." if health.works else "  DOES NOT WORK yet, see above.")
        return health.works
