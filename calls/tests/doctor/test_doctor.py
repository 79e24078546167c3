"""What the doctor says of what came and what was refused, on its page and as a command."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from calls.doctor import message_types
from calls.doctor.refusals import WORDS
from calls.doctor.report import Report, report
from calls.doctor.retries import retries
from calls.intake import tally
from calls.intake.cause import Cause
from calls.models import ApiPass, MessageType
from calls.tasks import keep_message_types
from calls.tests.conftest import SECRET, Post, load, signed
from calls.tests.dashboard.conftest import client_in
from calls.tests.doctor.conftest import Deliver

JSON = {"content-type": "application/json"}
STATUS = json.dumps(load("status-update__in-progress")).encode()


def look() -> Report:
    return report("https://desk.example")


def notes() -> str:
    return " ".join(finding.text for finding in look().findings)


def doctor_says(code: int = 0) -> str:
    out = StringIO()
    if code:
        with pytest.raises(SystemExit) as stopped:
            call_command("doctor", stdout=out)
        assert stopped.value.code == code
    else:
        call_command("doctor", stdout=out)
    return out.getvalue()


def test_before_anything_came_it_says_what_to_do(db: None) -> None:
    found = look()
    assert not found.is_wrong
    assert "Nothing has been received yet" in notes()
    assert [(one.type, one.last_seen_at) for one in found.types] == [(name, None) for name in message_types.RECOMMENDED]
    assert found.refusals == []
    assert "Nothing has been received yet" in doctor_says()


def test_what_came_is_counted_by_type_and_what_never_came_is_named(deliver: Deliver) -> None:
    for call in ("a", "b", "b"):
        deliver(json.dumps(load("status-update__in-progress", call={"id": call})).encode())
    deliver(json.dumps(load("transcript__partial")).encode())
    found = {one.type: one for one in look().types}
    assert (found["status-update"].today, found["transcript"].today, found["hang"].today) == (3, 1, 0)
    assert found["status-update"].last_seen_at and found["status-update"].advice == ""
    assert "serverMessages" in found["hang"].advice
    assert "Never seen: speech-update" in notes() and "status-update," not in notes()


def test_a_type_is_remembered_when_redis_has_forgotten(deliver: Deliver, settings: Any) -> None:
    deliver(STATUS)
    assert keep_message_types() == 1
    before = MessageType.objects.get()
    assert keep_message_types() == 1
    assert MessageType.objects.get().last_seen_at == before.last_seen_at == before.first_seen_at
    tally.client(settings.REDIS_URL).delete(tally.LAST)
    found = next(one for one in look().types if one.type == "status-update")
    assert found.last_seen_at == before.last_seen_at


def test_both_spellings_of_the_transcript_are_one(deliver: Deliver) -> None:
    deliver(json.dumps(load("transcript__final-caller", type='transcript[transcriptType="final"]')).encode())
    found = [one for one in look().types if "transcript" in one.type]
    assert [(one.type, one.today) for one in found] == [("transcript", 1)]


@pytest.mark.parametrize(
    ("headers", "body", "status", "what"),
    [
        (JSON, STATUS, 401, "no signature or secret came"),
        (JSON | {"x-vapi-secret": "guessed-value"}, STATUS, 401, "the signature or secret is another"),
        (signed(b"{}"), b"{}", 400, "the body is no message"),
        ({"content-type": "text/plain"}, STATUS, 415, "not application/json"),
        (signed(STATUS) | {"content-encoding": "gzip"}, STATUS, 415, "compressed"),
        (JSON | {"content-length": str(2**40)}, STATUS, 413, "over 10 MB"),
    ],
)
def test_a_refusal_is_counted_with_its_cause(
    deliver: Deliver, headers: dict[str, str], body: bytes, status: int, what: str
) -> None:
    assert deliver(body, headers) == deliver(body, headers) == status
    [refusal] = look().refusals
    assert (refusal.status, refusal.what, refusal.today, refusal.path) == (status, what, 2, "/webhook/vapi")


def test_a_clock_that_is_off_is_told_from_a_forgery(deliver: Deliver, settings: Any) -> None:
    from calls.tests.intake.test_hmac_options import mac

    settings.VAPI_HMAC_SECRETS = ["hmac-key"]
    late = {"x-timestamp": "1795000000", "x-signature": mac(b"1795000000." + STATUS).hex()}
    assert deliver(STATUS, JSON | late) == 401
    assert [one.what for one in look().refusals] == ["rightly signed, at another time"]


def test_nothing_a_stranger_sends_is_kept_or_adds_a_counter(deliver: Deliver, admin: Client) -> None:
    for number in range(20):
        headers = JSON | {"x-vapi-secret": f"stranger-{number}", "user-agent": f"stranger-{number}"}
        deliver(STATUS, headers, f"/webhook/vapi/stranger-{number}")
        deliver(json.dumps({"message": {"type": f"stranger-{number}"}}).encode(), headers)
    last_ms, counts = tally.read()
    assert set(last_ms) == set(counts) == {"refused::unknown-endpoint", "refused::wrong-signature"}
    page = admin.get("/doctor/").content.decode()
    assert "stranger" not in page and SECRET not in page


def test_an_inventive_sender_fills_one_counter_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_TYPES", 3)
    counting = tally.Tally()
    for number in range(10):
        counting.add(f"type:{number}")
    counting.flush()
    assert tally.read()[1] == {"type:0": 1, "type:1": 1, "type:2": 1, tally.OTHER_TYPES: 7}


def test_counts_wait_while_redis_is_away(settings: Any) -> None:
    there, counting = settings.REDIS_URL, tally.Tally()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    counting.add("type:hang")
    counting.flush()
    settings.REDIS_URL = there
    counting.add("type:hang")
    counting.flush()
    assert tally.read()[1] == {"type:hang": 2}


def test_without_redis_it_says_so(db: None, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert look().is_wrong and "Redis does not answer" in doctor_says(1)


def test_every_cause_has_words() -> None:
    assert set(WORDS) == set(Cause)


def test_both_adapters_count(post: Post) -> None:
    post(STATUS), post(STATUS), post(STATUS, headers=JSON)
    tally.tally().flush()
    _, counts = tally.read()
    assert counts["commit_rows:sum"] == 2
    histograms = tuple(tally.EDGES)
    assert {field: count for field, count in counts.items() if not field.startswith(histograms)} == {
        "accepted:": 2,
        "type:status-update": 2,
        "repeated": 1,
        "refused::no-signature": 1,
    }


@pytest.mark.parametrize(
    ("server", "on", "off"),
    [
        ({"url": "https://x", "backoffPlan": {"type": "fixed", "maxRetries": 3}}, ("Anna",), ()),
        ({"url": "https://x", "backoffPlan": {"maxRetries": 0}}, (), ("Anna",)),
        ({"url": "https://x"}, (), ("Anna",)),
        ({}, (), ()),
        (None, (), ()),
        ("x", (), ()),
    ],
)
def test_retries_are_read_from_the_agents_own_settings(deliver: Deliver, server: Any, on: Any, off: Any) -> None:
    deliver(json.dumps(load("status-update__in-progress", assistant={"name": "Anna", "server": server})).encode())
    found = retries(tally.read()[0])
    assert (found.on, found.off) == (on, off)
    assert ("Retries are off for Anna" in notes()) == bool(off)


def test_no_secret_is_plainly_wrong(db: None, settings: Any) -> None:
    settings.VAPI_SERVER_SECRETS = []
    assert "no secret" in doctor_says(1)
    settings.WEBHOOK_ENDPOINTS = '{"tools": {"scheme": "secret", "secrets": ["hidden-value"]}}'
    assert "hidden-value" not in doctor_says()


def test_a_wrong_setting_is_named(db: None, settings: Any) -> None:
    settings.VAPI_HMAC_SECRETS, settings.VAPI_HMAC_ALGORITHM = ["hidden-value"], "md5"
    said = doctor_says(1)
    assert "VAPI_HMAC_ALGORITHM" in said and "hidden-value" not in said


def test_the_page_shows_addresses_to_paste_and_their_schemes(admin: Client, settings: Any) -> None:
    settings.WEBHOOK_ENDPOINTS = '{"tools": {"scheme": "hmac", "secrets": ["hidden-value", "another"]}}'
    page = admin.get("/doctor/").content.decode()
    assert "http://testserver/webhook/vapi/tools" in page
    assert "HMAC sha256 (hex) over {timestamp}.{body} in x-signature, window 300 s, 2 secrets" in page
    assert "Nothing has been received yet" in page and "Nothing has been refused." in page
    assert "hidden-value" not in page


@pytest.fixture
def admin(db: None) -> Client:
    return client_in("admin", is_staff=True)


def test_only_who_may_see_events_is_offered_it(db: None, admin: Client) -> None:
    assert 'href="/doctor/"' in admin.get("/").content.decode()
    assert 'href="/doctor/"' not in client_in("manager").get("/").content.decode()


def test_the_recommended_types_are_those_of_the_guide() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs/vapi-account.md").read_text()
    step = guide[guide.index("5. **Server messages.**") : guide.index("6. **Tools.**")]
    enabled, rest = step.split("Enable on")[1].split("; in squads")
    left_out = rest.split("Leave out")[1]
    assert set(re.findall(r"`([^`]+)`", enabled)) == set(message_types.RECOMMENDED)
    assert set(re.findall(r"`([^`]+)`", left_out)) == set(message_types.UNWANTED)


def test_without_a_key_it_says_that_what_is_lost_stays_lost(db: None, settings: Any) -> None:
    settings.VAPI_API_KEY = ""
    assert "VAPI_API_KEY is not set" in notes()
    assert not any(finding.is_wrong and "VAPI_API_KEY" in finding.text for finding in look().findings)


def test_it_says_when_calls_were_compared_with_the_api_and_why_not(db: None, settings: Any) -> None:
    settings.VAPI_API_KEY = "key"
    assert "compared" not in notes()
    ApiPass.objects.create(ended_at=datetime(2026, 11, 21, 7, 5, tzinfo=UTC))
    assert "compared with Vapi's API at 2026-11-21 07:05 UTC" in notes()
    ApiPass.objects.update(error="Vapi could not be reached.")
    assert "could not be compared with Vapi's API: Vapi could not be reached." in doctor_says(1)
