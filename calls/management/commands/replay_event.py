"""Puts one stored event through the projection once more, and says what that changed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from calls.projection.replay import ReplayError, replay_event


class Command(BaseCommand):
    help = "Apply one stored event again and fold its call anew; tools are not called again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event_id", type=UUID)

    def handle(self, **options: Any) -> None:
        try:
            replay = replay_event(options["event_id"])
        except ReplayError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(str(replay))
        for change in replay.changes:
            self.stdout.write(f"  {change}")
