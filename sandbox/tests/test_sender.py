"""How messages travel: signed, patiently, to this machine only."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import pytest

from sandbox.management.commands.sandbox import Command
from sandbox.tests.placing import place
from sandbox.tests.webhook import Received, webhook, well_behaved
from sandbox.vapi import sender
from sandbox.vapi.sender import Target, is_loopback
from sandbox.vapi.signature import SCHEMES

SECRET = b"s3cret"


def first_received(scheme: str) -> Received:
    with webhook() as seen:
        place("silent_caller", seen.url, scheme=scheme)
    return seen.received[0]


def test_shared_secret_travels_in_its_header() -> None:
    assert first_received("secret").headers["x-vapi-secret"] == "s3cret"


def test_bearer_token_travels_in_authorization() -> None:
    assert first_received("bearer").headers["authorization"] == "Bearer s3cret"


def test_without_a_credential_the_header_is_there_and_empty() -> None:
    assert first_received("none").headers["x-vapi-secret"] == ""


def test_hex_signature_covers_the_raw_body() -> None:
    received = first_received("hex")
    assert received.headers["x-vapi-signature"] == hmac.new(SECRET, received.body, hashlib.sha256).hexdigest()


def test_vapis_hmac_covers_timestamp_and_body() -> None:
    received = first_received("hmac")
    stamp = received.headers["x-timestamp"]
    signed = hmac.new(SECRET, f"{stamp}.".encode() + received.body, hashlib.sha256).hexdigest()
    assert received.headers["x-signature"] == signed
    assert abs(int(stamp) / 1000 - time.time()) < 10


def test_the_hmac_headers_are_named_as_this_installation_expects_them(settings: Any) -> None:
    settings.VAPI_HMAC_SIGNATURE_HEADER = "x-acme-signature"
    settings.VAPI_HMAC_TIMESTAMP_HEADER = "x-acme-time"
    settings.VAPI_HMAC_MESSAGE_ID_HEADER = "x-acme-id"
    options = {"url": "http://localhost/x", "secret": "s3cret", "signature": "hmac", "retries": 0, "speed": 1.0}
    target = Command()._target(options)

    headers = SCHEMES[target.scheme](target.secret, b"{}", target.hmac_headers)

    stamp = headers["x-acme-time"]
    assert headers["x-acme-signature"] == hmac.new(SECRET, f"{stamp}.{{}}".encode(), hashlib.sha256).hexdigest()
    assert set(headers) == {"x-acme-signature", "x-acme-time", "x-acme-id"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/x", "http://[::1]:8000/x", "http://localhost/x"])
def test_this_machine_may_be_called(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/x",
        "http://example.com/x",
        "http://127.0.0.1@example.com/x",
        "http://127.0.0.1.example.com/x",
        "http://0.0.0.0/x",
        "ftp://127.0.0.1/x",
        "127.0.0.1:8000",
        "",
    ],
)
def test_no_other_machine_may_be_called(url: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        Target(url)


def test_a_slow_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def sluggish(message: dict[str, Any]) -> tuple[int, Any]:
        if message["type"] == "assistant-request":
            time.sleep(0.6)
        return well_behaved(message)

    monkeypatch.setattr(sender, "ASSISTANT_REQUEST_SECONDS", 0.2)
    with webhook(sluggish) as seen:
        placed = place("ticket_lookup", seen.url)

    assert placed.expected["ended_reason"] == "assistant-request-failed"
    assert placed.finished.tally.unanswered == 1
    assert placed.records[0]["error"] == "no answer in 0.2 s"


def test_patience_is_vapis() -> None:
    assert (sender.ASSISTANT_REQUEST_SECONDS, sender.PATIENCE_SECONDS) == (7.5, 20)


def test_nothing_is_retried_by_default() -> None:
    with webhook(lambda message: (503, {})) as seen:
        placed = place("silent_caller", seen.url)

    tally = placed.finished.tally
    assert tally.refused == tally.events == tally.deliveries == len(seen.received)


def test_retries_follow_a_refusal_until_one_is_accepted() -> None:
    refused: set[int] = set()

    def recovering(message: dict[str, Any]) -> tuple[int, Any]:
        is_first = message["timestamp"] not in refused
        refused.add(message["timestamp"])
        return (503, {}) if is_first else well_behaved(message)

    with webhook(recovering) as seen:
        placed = place("silent_caller", seen.url, retries=2)

    assert placed.finished.tally.clean
    assert placed.finished.tally.deliveries > placed.finished.tally.events
    assert {record["attempt"] for record in placed.records[:-1]} == {0, 1}


def test_a_server_that_is_away_is_counted_and_the_call_goes_on() -> None:
    with webhook() as seen:
        pass
    placed = place("unknown_ticket", seen.url)

    tally = placed.finished.tally
    assert tally.unanswered == tally.events > 20
    assert placed.expected["tool_calls"][0]["outcome"] == "none"
    assert placed.expected["ended_reason"] == "assistant-said-end-call-phrase"
