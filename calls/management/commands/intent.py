"""Judges what callers say: one utterance or JSON dialogue a line, from a file or standard input."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calls.intent import Turn, judge_all
from calls.intent.dialogue import turns


class BadLineError(Exception):
    """What is wrong with the line, in words."""


class Command(BaseCommand):
    help = "Print each utterance, its intent (cancel, refund, close, ask, none) and the reason, tab-separated."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            default="-",
            help='a line: words, or a JSON list of {"role": "user" or "bot", "message": "..."}; -: standard input',
        )

    def handle(self, **options: Any) -> None:
        if bad := self._judge(_lines(options["file"])):
            raise CommandError(f"{bad} line{'s' if bad > 1 else ''} could not be read.")

    def _judge(self, lines: Iterable[bytes]) -> int:
        bad = 0
        for number, raw in enumerate(lines, 1):
            try:
                if raw.strip():
                    self.stdout.write(_judged(raw))
            except BadLineError as error:
                bad += 1
                self.stderr.write(f"Line {number}: {error}")
        return bad


def _lines(name: str) -> list[bytes]:
    if name == "-":
        return sys.stdin.buffer.read().splitlines()
    try:
        return Path(name).read_bytes().splitlines()
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}") from None


def _judged(raw: bytes) -> str:
    try:
        line = raw.decode().strip()
    except UnicodeDecodeError:
        raise BadLineError("not UTF-8 text") from None
    found = judge_all(_dialogue(line) if line.startswith(("[", "{")) else [Turn(by_caller=True, text=line)])
    because = f"{found.reason}: {found.words}" if found.words else found.reason
    return "\t".join(" ".join(part.split()) for part in (line, found.outcome, because))


def _dialogue(line: str) -> list[Turn]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLineError("it begins like JSON and is not") from None
    entries = value.get("messages") if isinstance(value, dict) else value
    found = turns(entries if isinstance(entries, list) else [])
    if not found:
        raise BadLineError('no turns; wanted a list of {"role": "user" or "bot", "message": "..."}')
    return found
