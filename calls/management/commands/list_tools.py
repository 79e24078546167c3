"""Prints the tools as Vapi's assistants want them, ready to paste into `model.tools`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from calls.answers.for_vapi import function_tools
from calls.answers.registry import TOOLS


class Command(BaseCommand):
    help = "Print the registered tools as Vapi function tools (JSON)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--server-url", help="adds a server with this URL to each tool")

    def handle(self, **options: Any) -> None:
        tools = function_tools(TOOLS.values(), options["server_url"] or "")
        self.stdout.write(json.dumps(tools, indent=2))
