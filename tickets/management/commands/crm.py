"""Says in plain words whether a CRM can be worked with, and what to do where it cannot. Exit code 1 where it cannot."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets.crm.connections import KINDS, active
from tickets.crm.report import report, settings_of


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
        found = report(name)
        self.stdout.writelines(f"  {line}\n" for line in (*settings_of(name), *found.lines))
        if not found.works:
            sys.exit(1)
