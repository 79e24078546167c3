"""Puts all stored events of a call through the projection once more, and says what that changed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calls.projection.replay import ReplayError, replay_call


class Command(BaseCommand):
    help = "Fold a call anew from its stored events; tools are not called again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("vapi_id")

    def handle(self, **options: Any) -> None:
        try:
            replay = replay_call(options["vapi_id"])
        except ReplayError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(str(replay))
        for change in replay.changes:
            self.stdout.write(f"  {change}")
