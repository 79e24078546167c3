"""Many calls at once, the ledger they leave, and the command that starts them."""

from __future__ import annotations

import asyncio
import itertools
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from sandbox.management.commands.sandbox import Command
from sandbox.tests.placing import FAST
from sandbox.tests.webhook import webhook, well_behaved
from sandbox.vapi import ledger, traffic
from sandbox.vapi.placed import Finished
from sandbox.vapi.scenario import load, names
from sandbox.vapi.sender import Target, open_sender
from sandbox.vapi.traffic import Plan, Switchboard, order

ALL = [load(name) for name in names()]


def run_command(url: str, **options: Any) -> str:
    out = StringIO()
    given: dict[str, Any] = {"calls": 2, "speed": FAST, "secret": "s3cret", "signature": "secret"}
    call_command(Command(), stdout=out, url=url, **(given | options))
    return out.getvalue()


def test_every_scenario_comes_once_before_any_comes_again() -> None:
    placed = [scenario.name for _, scenario in order(Plan(ALL, calls=2 * len(ALL), seed=3))]
    assert sorted(placed[: len(ALL)]) == names()
    assert sorted(placed[len(ALL) :]) == names()


def test_the_same_seed_gives_the_same_order() -> None:
    first, second = (list(itertools.islice(order(Plan(ALL, seed=5)), 40)) for _ in range(2))
    assert first == second


def test_calls_overlap_up_to_the_concurrency() -> None:
    async def run(seen_url: str) -> list[Finished]:
        finished: list[Finished] = []
        async with open_sender(Target(seen_url, "s3cret", speed=FAST)) as sender:
            plan = Plan(ALL, speed=FAST, concurrency=3, calls=6)
            await Switchboard(plan, sender, lambda record: None, finished.append).run()
        return finished

    with webhook() as seen:
        finished = asyncio.run(run(seen.url))

    ids = [r.message["call"]["id"] for r in seen.received]
    changes = sum(1 for before, after in itertools.pairwise(ids) if before != after)
    assert len({f.expected["call_id"] for f in finished}) == 6
    assert changes > 6


def test_traffic_without_end_survives_a_server_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "SHORTEST_PAUSE_SECONDS", 0)
    finished: list[Finished] = []

    async def run(url: str) -> None:
        async with open_sender(Target(url, "s3cret", speed=FAST)) as sender, asyncio.timeout(1):
            plan = Plan([load("silent_caller")], speed=FAST, concurrency=2)
            await Switchboard(plan, sender, lambda record: None, finished.append).run()

    with webhook() as seen:
        pass
    with pytest.raises(TimeoutError):
        asyncio.run(run(seen.url))
    assert len(finished) > 2
    assert all(f.tally.unanswered == f.tally.events for f in finished)


def test_the_ledger_holds_every_delivery_and_what_to_expect(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with webhook() as seen:
        run_command(seen.url, calls=1, scenario=["scrambled"], ledger=path)

    *deliveries, call = ledger.read(path)
    copied = [d for d in deliveries if d["copy"]]
    partials = [d for d in deliveries if not d["kept"]]
    assert len(deliveries) == len(seen.received)
    assert {d["status"] for d in deliveries} == {200}
    assert {"tool-calls", "end-of-call-report"} <= {d["type"] for d in copied}
    assert {d["type"] for d in partials} == {"transcript"}
    assert call["record"] == "call"
    assert call["call_id"] == deliveries[0]["call_id"]
    assert call["interruptions"][0]["gap_ms"] == 520
    assert [t["name"] for t in call["tool_calls"]] == ["getTicketStatus", "getTicketDetails", "createTicket"]


def test_the_command_prints_a_line_a_call_and_a_table() -> None:
    with webhook() as seen:
        printed = run_command(seen.url, calls=3)

    assert printed.count("0 refused") == 3
    assert "slowest ms" in printed


def test_the_command_fails_when_a_message_is_refused() -> None:
    with webhook(lambda m: (500, {}) if m["type"] == "hang" else well_behaved(m)) as seen, pytest.raises(CommandError):
        run_command(seen.url, calls=1, scenario=["web_call"])


def test_the_command_fails_when_a_reply_has_a_wrong_shape() -> None:
    with (
        webhook(lambda m: (200, {"results": {}}) if m["type"] == "tool-calls" else well_behaved(m)) as seen,
        pytest.raises(CommandError, match="wrong shape"),
    ):
        run_command(seen.url, calls=1, scenario=["new_ticket"])


def test_the_command_says_when_no_server_is_there() -> None:
    with webhook() as seen:
        pass
    with pytest.raises(CommandError, match="Nothing answers at"):
        run_command(seen.url)


def test_the_command_calls_no_other_machine() -> None:
    with pytest.raises(CommandError, match="loopback"):
        run_command("http://192.0.2.1/webhook/vapi")


def test_the_command_takes_the_configured_secret(settings: Settings) -> None:
    settings.VAPI_SERVER_SECRETS, settings.VAPI_HMAC_SECRETS = ["first", "second"], []
    with webhook() as seen:
        run_command(seen.url, calls=1, scenario=["silent_caller"], secret=None, signature=None)
    assert seen.received[0].headers["x-vapi-secret"] == "first"


def test_the_command_needs_a_secret(settings: Settings) -> None:
    settings.VAPI_SERVER_SECRETS, settings.VAPI_HMAC_SECRETS = [], []
    with pytest.raises(CommandError, match="VAPI_SERVER_SECRET"):
        run_command("http://127.0.0.1:1/webhook/vapi", secret=None, signature=None)
