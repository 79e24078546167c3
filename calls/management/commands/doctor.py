"""Says in plain words what comes from Vapi, what is refused, and what to do. Exit code 1 where something is broken."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from calls.doctor.report import Report, report


class Command(BaseCommand):
    help = "Print what comes from Vapi, what is refused and why, and what to do."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        base_url = next(iter(settings.CSRF_TRUSTED_ORIGINS), "https://your-host")
        try:
            found = report(base_url.rstrip("/"))
        except DatabaseError as error:
            self.stdout.write(f"WRONG  The database does not answer: {type(error).__name__}.")
            sys.exit(1)
        for line in lines(found):
            self.stdout.write(line)
        if found.is_wrong:
            sys.exit(1)


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
        "Refused",
        *(
            f"  {one.status} at {one.path}, {one.what}: {one.today} today, last {_when(one.last_at)}. {one.advice}"
            for one in found.refusals
        ),
        *([] if found.refusals else ["  nothing"]),
    ]


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "never"
