"""What may come in a body, and what is answered to each. Through the DRF view and through the lane."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from django.test import Client

from calls.body import unpack
from calls.intake.limits import MAX_EVENT_BYTES, in_flight
from calls.models import Event, Pending
from calls.tests.conftest import Post, load, signed

STATUS = load("status-update__in-progress")
CALL = STATUS["message"]["call"]


def message(**fields: Any) -> dict[str, Any]:
    return {"message": {"type": "status-update", "timestamp": 1795244400000, "call": {"id": CALL["id"]}, **fields}}


@pytest.mark.parametrize("path", ["/webhook/vapi", "/webhook/vapi/", "/webhook", "/webhook/"])
def test_every_spelling_of_the_address_is_the_same_place(post: Post, path: str) -> None:
    assert post(STATUS, path=path).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_is_understood(post: Post, method: str) -> None:
    response = post(b"", method=method)
    assert response.status_code == 405
    assert "POST" in response.headers["allow"]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON;version=1", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
def test_the_body_must_be_json(post: Post, content_type: str, status: int) -> None:
    body = json.dumps(STATUS).encode()
    assert post(body, headers=signed(body) | {"content-type": content_type}).status_code == status


@pytest.mark.parametrize(("encoding", "status"), [("identity", 200), ("gzip", 415), ("br", 415)])
def test_a_compressed_body_is_not_opened(post: Post, encoding: str, status: int) -> None:
    body = json.dumps(STATUS).encode()
    assert post(body, headers=signed(body, **{"content-encoding": encoding})).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"{}",
        b'{"message": null}',
        b'{"message": []}',
        b'{"message": {}}',
        b'{"message": {"type": ""}}',
        b'{"message": {"type": 5}}',
        b'{"message": {"type": "hang", "x": NaN}}',
        b'{"message": {"type": "hang"}} trailing',
        b'{"message": {"type": "hang", "x": "\xff\xfe"}}',
        b'\xef\xbb\xbf{"message": {"type": "hang"}}',
        b"\x00\x01\x02",
        b'{"message": {"type": "hang", "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}",
        b'{"message": ' * 50_000,
    ],
    ids=range(18),
)
def test_what_is_not_a_message_is_named_and_not_stored(post: Post, body: bytes) -> None:
    response = post(body)
    assert response.status_code == 400
    assert response.json()["error"]
    assert not Event.objects.exists()


HOSTILE: list[Any] = [
    *(None, True, 0, -1, 1e308, 10**30, "", "x", "\x00", "\ud800", "2026-13-45T99:99:99Z", [], {}, [[]]),
    *({"id": {}}, {"id": "\x00"}, {"id": 5}, {"id": ["x"]}, {"id": "no uuid"}, {"id": "x" * 5_000}, {"number": 7}),
    *([None, 1, "x", {}], {"monitor": "x"}, {"monitor": {"controlUrl": 5, "listenUrl": {}}}),
    *({"name": None, "arguments": 5}, [{"function": "x"}], [{"id": 1, "function": {"name": 2}}]),
    [{"id": "a", "function": {"name": "createTicket", "arguments": "[1"}}],
    [{"id": "a", "name": "createTicket", "arguments": {"issue": "\x00"}}],
]
FIELDS = (
    *("call", "timestamp", "customer", "assistant", "phoneNumber", "artifact", "transcriptType", "role", "transcript"),
    *("toolCallList", "toolCalls", "toolWithToolCallList", "functionCall", "functionName", "parameters", "status"),
)
KINDS = ("status-update", "tool-calls", "function-call", "assistant-request", "transcript", "end-of-call-report")


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_type_in_any_field_is_never_a_server_error(post: Post, kind: str) -> None:
    for field, value in itertools.product(FIELDS, HOSTILE):
        assert post(message(type=kind, **{field: value})).status_code == 200, (field, value)


def test_a_number_of_200000_digits_is_stored_as_it_came(post: Post) -> None:
    digits = b"9" * 200_000
    for field in (b"surprise", b"timestamp", b"call", b"toolCallList"):
        assert post(b'{"message": {"type": "tool-calls", "%s": %s}}' % (field, digits)).status_code == 200


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (rb"cut \ud83d off", "cut \ufffd off"),
        (rb"\ude00", "\ufffd"),
        (rb"whole \ud83d\ude00", "whole \U0001f600"),
        (rb"a path: C:\\ud800", "a path: C:\\ud800"),
        (rb"nul \u0000", "nul \x00"),
    ],
)
def test_half_a_surrogate_pair_loses_nothing_but_itself(post: Post, sent: bytes, kept: str) -> None:
    assert post(b'{"message": {"type": "hang", "note": "%s"}}' % sent).status_code == 200
    assert json.loads(unpack(Event.objects.get().body))["note"] == kept


@pytest.mark.parametrize("depth", [10, 500])
def test_nesting_that_json_libraries_still_read_is_stored(post: Post, depth: int) -> None:
    nested = b"[" * depth + b"]" * depth
    assert post(b'{"message": {"type": "hang", "call": {"id": "c"}, "x": ' + nested + b"}}").status_code == 200


WANT_NO_REPLY = """
status-update end-of-call-report transcript transcript[transcriptType="final"] speech-update conversation-update
model-output user-interrupted hang transfer-update voice-input language-change-detected phone-call-control
assistant.speechStarted call.artifact.upload chat.created chat.deleted session.created session.updated session.deleted
call.deleted call.delete.failed assistant.started language-changed
""".split()
WANT_A_REPLY = """
assistant-request tool-calls transfer-destination-request handoff-destination-request knowledge-base-request
voice-request call.endpointing.request campaign.predial function-call
""".split()
CAMPAIGNS = """
campaign.started campaign.cancelled campaign.ended campaign.archived campaign.unarchived campaign.job.continued
contact.dispatched contact.completed contact.failed contact.skipped contact.predial-failed
""".split()


@pytest.mark.parametrize("kind", [*WANT_NO_REPLY, *WANT_A_REPLY, *CAMPAIGNS, "some.type-of-2027", "x" * 300])
def test_every_type_is_stored_whether_known_or_not(post: Post, kind: str) -> None:
    response = post({"message": {"type": kind, "timestamp": 1795244400000, "surprise": {"a": 1}}})
    assert response.status_code == 200
    assert kind in WANT_A_REPLY or response.json() == {}
    assert Event.objects.get().type == kind[:100]
    assert not Pending.objects.exists()


def test_an_event_is_too_large_over_2_mb_unless_its_type_carries_the_conversation(post: Post) -> None:
    padding = "x" * MAX_EVENT_BYTES
    refused = post(message(padding=padding))
    assert refused.status_code == 413
    assert "2 MB" in refused.json()["error"]
    for kind in ("end-of-call-report", "conversation-update", "tool-calls", "voice-request"):
        assert post(message(type=kind, padding=padding)).status_code == 200


def test_the_size_rule_comes_after_the_signature(post: Post) -> None:
    body = json.dumps(message(padding="x" * MAX_EVENT_BYTES)).encode()
    assert post(body, headers={"content-type": "application/json"}).status_code == 401


def test_over_10_mb_is_not_read(post: Post) -> None:
    assert post(message(type="end-of-call-report", padding="x" * (10 * 1024 * 1024))).status_code == 413


def test_when_too_much_is_in_flight_the_sender_is_told_to_come_back(post: Post) -> None:
    in_flight.take(in_flight.limit_bytes - 100)
    try:
        response = post(STATUS)
    finally:
        in_flight.give_back(in_flight.limit_bytes - 100)
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) >= 1
    assert in_flight.held_bytes == 0
    assert post(STATUS).status_code == 200
    assert in_flight.held_bytes == 0


def test_it_does_not_redirect_where_pages_do(settings: Any, transactional_db: None) -> None:
    settings.SECURE_SSL_REDIRECT = True
    body = json.dumps(STATUS).encode()
    signature = {"x-vapi-signature": signed(body)["x-vapi-signature"]}
    over_http = Client()
    for path in ("/webhook/vapi", "/webhook"):
        assert over_http.post(path, body, "application/json", headers=signature).status_code == 200
    assert over_http.get("/login/").status_code == 301
