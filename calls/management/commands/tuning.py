"""What the calls of each agent show of its hearing and stopping, and which settings to change. Asks nobody."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calls.assistants.tuning.evidence import tuned
from calls.assistants.tuning.words import text_lines
from calls.models import Managed


class Command(BaseCommand):
    help = "Print measured stop times, cut-offs, false stops and silences of each agent, and settings to change."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="the agent's file, without .md; none: all of them")

    def handle(self, **options: Any) -> None:
        agents = Managed.objects.filter(kind=Managed.Kind.ASSISTANT).order_by("key")
        chosen = [row for row in agents if options["name"] in ("", row.key)]
        if not chosen:
            known = ", ".join(row.key for row in agents) or "none yet; bring one to Vapi with sync_assistants --apply"
            raise CommandError(f"No agent is called {options['name']!r}. There are: {known}.")
        for row in chosen:
            self.stdout.write(row.key)
            self.stdout.writelines(f"{line}\n" for one in tuned(row) for line in text_lines(one))
