"""make demo: starts everything on this machine, and stops it again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from sandbox.demo.session import Session


class Command(BaseCommand):
    help = "Starts PostgreSQL, Valkey, the web server, the workers and the sandbox, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        where = settings.BASE_DIR / ".local"
        parser.add_argument("--folder", type=Path, default=where, help="where data, secrets and logs are kept")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        sys.exit(Session(settings.BASE_DIR, folder.resolve(), self.say).run())

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
