"""The do-not-call list from the command line: `manage.py do_not_call add|remove|list`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calls.models import DoNotCall
from tickets.phone import e164


class Command(BaseCommand):
    help = "Add numbers to the list that no campaign dials, take them off it, or print it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add")
        add.add_argument("numbers", nargs="+", metavar="number", help="international, such as +447700900018")
        add.add_argument("--reason", default="")
        remove = actions.add_parser("remove")
        remove.add_argument("numbers", nargs="+", metavar="number")
        actions.add_parser("list")

    def handle(self, *, action: str, **options: Any) -> None:
        ACTIONS[action](self, **options)

    def add(self, *, numbers: list[str], reason: str, **_options: Any) -> None:
        for number in readable(numbers):
            _row, is_new = DoNotCall.objects.get_or_create(number=number, defaults={"reason": reason[:200]})
            self.stdout.write(f"{number} {'is added' if is_new else 'was there already'}")

    def remove(self, *, numbers: list[str], **_options: Any) -> None:
        for number in readable(numbers):
            count, _by_model = DoNotCall.objects.filter(number=number).delete()
            self.stdout.write(f"{number} {'is removed' if count else 'was not there'}")

    def list(self, **_options: Any) -> None:
        for row in DoNotCall.objects.iterator():
            self.stdout.write(f"{row.number}\t{row.added_at:%Y-%m-%d}\t{row.reason}")


ACTIONS = {"add": Command.add, "remove": Command.remove, "list": Command.list}


def readable(numbers: list[str]) -> list[str]:
    """All of them as E.164, or nothing is done."""
    wrong = [number for number in numbers if not e164(number)]
    if wrong:
        raise CommandError(f"Not written internationally, such as +447700900018: {', '.join(wrong)}")
    return list(dict.fromkeys(e164(number) for number in numbers))
