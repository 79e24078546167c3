"""Tries out what Vapi needs of this installation, and says what comes, what is refused, and what to do.

Exit code 1 where something is broken.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from calls.doctor.examination import Examined, examine
from calls.doctor.report import Report, report


class Command(BaseCommand):
    help = "Check keys, address, signature, tools, agents and clock; print what comes and what is refused."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--offline", action="store_true", help="ask nobody: only what has come and was refused")

    def handle(self, **options: Any) -> None:
        try:
            examined = [] if options["offline"] else examine()
            found = report(settings.PUBLIC_URL.rstrip("/") or "https://your-host")
        except DatabaseError as error:
            self.stdout.write(f"WRONG  The database does not answer: {type(error).__name__}.")
            sys.exit(1)
        for line in (*examined_lines(examined), *lines(found)):
            self.stdout.write(line)
        if found.is_wrong or any(one.is_wrong for one in examined):
            sys.exit(1)


def examined_lines(examined: list[Examined]) -> list[str]:
    said = [f"{one.state:<11}  {each.name}: {one.text}" for each in examined for one in each.said]
    return [*said, ""] if said else []


def lines(found: Report) -> list[str]:
    return [
        *(f"{'WRONG' if finding.is_wrong else 'note '}  {finding.text}" for finding in found.findings),
        "",
        "Addresses",
        *(f"  {one.url}: {one.in_words}; last accepted {_when(one.last_at)}" for one in found.addresses),
        "",
        "Message types",
        *(f"  {one.type}: {_when(one.last_seen_at)}, {one.today} today. {one.advice}".rstrip() for one in found.types),
        "",
        "Refused (unsigned messages of this command's own are among them)",
        *(
            f"  {one.status} at {one.path}, {one.what}: {one.today} today, last {_when(one.last_at)}. {one.advice}"
            for one in found.refusals
        ),
        *([] if found.refusals else ["  nothing"]),
    ]


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "never"
