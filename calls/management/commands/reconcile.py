"""Fills from Vapi's API what its webhooks lost, now and up to this moment."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from calls.reconcile import passes
from calls.vapi.rest import RestError


class Command(BaseCommand):
    help = "Compare the calls with Vapi's API and fill what no webhook told. Beat does the same every few minutes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since",
            metavar="ISO",
            help="changed since then (2026-11-21T07:00Z); else since the last pass",
        )
        parser.add_argument("--plan", action="store_true", help="say what would be filled, and fill nothing")

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        since = _moment(options["since"]) if options["since"] else None
        try:
            if since or options["plan"]:
                outcome = passes.look_since(since or passes.next_since(now), now, only_plan=options["plan"])
            else:
                outcome = passes.catch_up(now)
        except RestError as error:
            raise CommandError(str(error)) from None
        for filled in outcome.filled:
            self.stdout.write(f"{filled}")
        self.stdout.write(outcome.in_words(only_plan=options["plan"]))


def _moment(text: str) -> datetime:
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None:
        raise CommandError(f"--since must look like 2026-11-21T07:00Z, not {text}")
    return at if timezone.is_aware(at) else timezone.make_aware(at)
