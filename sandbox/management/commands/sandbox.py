"""Places calls against this installation's webhook: the stand-in for Vapi in local mode."""

from __future__ import annotations

import asyncio
import os
import signal
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sandbox.api import calls
from sandbox.vapi import scenario, summary, traffic
from sandbox.vapi.control import control_port
from sandbox.vapi.ledger import Ledger
from sandbox.vapi.placed import Finished
from sandbox.vapi.sender import Target, is_listening, open_sender
from sandbox.vapi.signature import SCHEMES, HmacHeaders


class Command(BaseCommand):
    help = "Place scripted calls against the webhook, in real time or faster."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = scenario.names()
        port = os.environ.get("PORT", "8000")
        parser.add_argument("--calls", type=int, default=10, help="how many calls to place")
        parser.add_argument("--forever", action="store_true", help="keep calling until stopped")
        parser.add_argument("--speed", type=float, default=1.0, help="4 = four times faster than life")
        parser.add_argument("--concurrency", type=int, default=4, help="calls in progress at the same time")
        parser.add_argument(
            "--scenario", nargs="+", choices=known, default=known, metavar="NAME", help=", ".join(known)
        )
        parser.add_argument("--seed", type=int, default=0, help="same seed, same pauses, duplicates and lateness")
        parser.add_argument("--ledger", type=Path, help="append what was sent and answered to this file, as JSON lines")
        parser.add_argument("--retries", type=int, default=0, help="per message; Vapi does not retry by default")
        parser.add_argument("--url", default=f"http://127.0.0.1:{port}/webhook/vapi", help="loopback only")
        parser.add_argument("--secret", help="default: the first configured one")
        parser.add_argument("--signature", choices=SCHEMES, help="how requests are signed")

    def handle(self, **options: Any) -> None:
        if min(options["speed"], options["concurrency"], options["calls"]) <= 0:
            raise CommandError("--speed, --concurrency and --calls must be above zero.")
        target = self._target(options)
        plan = traffic.Plan(
            scenarios=[scenario.load(name) for name in options["scenario"]],
            speed=options["speed"],
            concurrency=options["concurrency"],
            calls=None if options["forever"] else options["calls"],
            seed=options["seed"],
        )
        if plan.calls is not None and not asyncio.run(is_listening(target.url)):
            raise CommandError(f"Nothing answers at {target.url}: start the web server first, or name it with --url.")
        self._run(plan, target, options["ledger"])

    def _target(self, options: dict[str, Any]) -> Target:
        configured = settings.VAPI_HMAC_SECRETS or settings.VAPI_SERVER_SECRETS
        secret = options["secret"] or next(iter(configured), "")
        scheme = options["signature"] or ("hmac" if settings.VAPI_HMAC_SECRETS else "secret")
        if not secret and scheme != "none":
            raise CommandError("There is no secret to sign with: set VAPI_SERVER_SECRET or give --secret.")
        try:
            return Target(options["url"], secret, scheme, options["retries"], options["speed"], _hmac_headers())
        except ValueError as error:
            raise CommandError(str(error)) from None

    def _run(self, plan: traffic.Plan, target: Target, path: Path | None) -> None:
        so_far, ledger = summary.Summary(), Ledger(path)

        def on_call(finished: Finished) -> None:
            so_far.add(finished)
            self.stdout.write(summary.call_line(finished))
            self.stdout.flush()

        try:
            asyncio.run(_place(plan, target, ledger, on_call))
        except (KeyboardInterrupt, asyncio.CancelledError):
            self.stdout.write("Stopped.")
        finally:
            ledger.close()
        self.stdout.write(so_far.table())
        if not so_far.is_clean:
            raise CommandError("Some messages were refused, unanswered or answered in a wrong shape (see above).")


def _hmac_headers() -> HmacHeaders:
    """As this installation expects them."""
    return HmacHeaders(
        settings.VAPI_HMAC_SIGNATURE_HEADER, settings.VAPI_HMAC_TIMESTAMP_HEADER, settings.VAPI_HMAC_MESSAGE_ID_HEADER
    )


async def _place(plan: traffic.Plan, target: Target, ledger: Ledger, on_call: Callable[[Finished], None]) -> None:
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with control_port() as control:
        async with open_sender(target) as sender:
            await traffic.Switchboard(plan, sender, ledger.write, on_call, control, calls.keep).run()
