"""Several addresses, each with its own scheme, and what is said about settings that make no sense."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.checks import run_checks
from django.test import Client

from calls.intake.endpoints import endpoints, name_in, scheme_of
from calls.intake.signature import Closed
from calls.models import Event
from calls.tests.conftest import SECRET, Post, load, signed

BODY = json.dumps(load("status-update__in-progress")).encode()
JSON = {"content-type": "application/json"}
TOOLS = {"scheme": "hmac", "secrets": ["tools-key"], "algorithm": "sha512", "prefix": "sha512="}
LEGACY = {"scheme": "bearer", "secrets": ["legacy-key"], "header": "X-Legacy-Token", "prefix": ""}


def tools_headers(key: str = "tools-key") -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(key.encode(), stamp.encode() + b"." + BODY, hashlib.sha512).hexdigest()
    return JSON | {"x-timestamp": stamp, "x-signature": f"sha512={digest}"}


# Made when they are sent: a signature is good for five minutes.
OPENS: dict[str, Callable[[], dict[str, str]]] = {
    "/webhook/vapi": lambda: signed(BODY),
    "/webhook/vapi/tools": tools_headers,
    "/webhook/vapi/legacy": lambda: JSON | {"x-legacy-token": "legacy-key"},
}


@pytest.fixture(autouse=True)
def two_named_endpoints(settings: Any) -> None:
    settings.WEBHOOK_ENDPOINTS = json.dumps({"tools": TOOLS, "legacy": LEGACY})


@pytest.mark.parametrize("path", OPENS)
def test_each_address_accepts_its_own_scheme_and_no_other(post: Post, path: str) -> None:
    for owner, headers in OPENS.items():
        for spelling in (path, f"{path}/"):
            assert post(BODY, headers=headers(), path=spelling).status_code == (200 if owner == path else 401)
    assert Event.objects.count() == 1


@pytest.mark.parametrize("name", ["nowhere", "tool", "tools2", "x" * 64])
def test_an_unknown_name_is_404_without_a_detail(post: Post, name: str) -> None:
    response = post(BODY, headers=signed(BODY), path=f"/webhook/vapi/{name}")
    assert (response.status_code, response.json()) == (404, {})
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["TOOLS", "a/b", "tools/x", "-tools", "\x00", "ü", "x" * 65, "/"])
def test_what_cannot_be_a_name_is_no_address_of_the_webhook(name: str) -> None:
    assert name_in(f"/webhook/vapi/{name}") is None
    assert Client().post(f"/webhook/vapi/{quote(name)}", BODY, "application/json").status_code == 404


@pytest.mark.parametrize(
    ("named", "sent", "status"),
    [
        (("X-Desk", ""), {"x-desk": "secret-1"}, 200),
        (("X-Desk", ""), {"x-desk": "secret-2"}, 200),
        (("X-Desk", ""), {"x-desk": "Bearer secret-1"}, 401),
        (("X-Desk", ""), {"x-desk": ""}, 401),
        (("X-Desk", "Bearer"), {"x-desk": "Bearer secret-1"}, 200),
        (("X-Desk", "Bearer"), {"x-desk": "secret-1"}, 401),
        (("X-Desk", "Bearer"), {"x-desk": "Bearer "}, 401),
        (("X-Desk", "Token"), {"x-desk": "token secret-1"}, 200),
        (("Authorization", "Bearer"), {"authorization": "Bearer secret-1"}, 200),
        (("X-Desk", ""), {"x-vapi-secret": "secret-1"}, 401),
        (("X-Desk", ""), {"authorization": "Bearer secret-1"}, 401),
    ],
)
def test_bearer_with_a_named_header(
    post: Post, settings: Any, named: tuple[str, str], sent: dict[str, str], status: int
) -> None:
    settings.VAPI_SERVER_SECRETS = ["secret-1", "secret-2"]
    settings.VAPI_BEARER_HEADER, settings.VAPI_BEARER_PREFIX = named
    assert post(BODY, headers=JSON | sent).status_code == status


WRONG = [
    ("VAPI_HMAC_ALGORITHM", "md5"),
    ("VAPI_HMAC_SIGNATURE_HEADER", "x signature"),
    ("VAPI_HMAC_SIGNATURE_HEADER", ""),
    ("VAPI_HMAC_TIMESTAMP_HEADER", "x_timestamp"),
    ("VAPI_HMAC_TOLERANCE_S", "five minutes"),
    ("VAPI_HMAC_TOLERANCE_S", "0"),
    ("VAPI_HMAC_INCLUDE_TIMESTAMP", "maybe"),
    ("VAPI_HMAC_INCLUDE_TIMESTAMP", "0"),
    ("VAPI_HMAC_PAYLOAD_FORMAT", "{timestamp}"),
    ("VAPI_HMAC_PAYLOAD_FORMAT", "{timestamp}.{Body}"),
    ("VAPI_HMAC_ENCODING", "base32"),
    ("VAPI_HMAC_SECRET_IS_BASE64", "1"),
    ("VAPI_HMAC_MESSAGE_ID_HEADER", "x id"),
]


@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_a_wrong_setting_is_an_error_that_names_it_and_closes_the_address(
    post: Post, settings: Any, variable: str, value: str
) -> None:
    settings.VAPI_HMAC_SECRETS = ["not*base64"]
    settings.VAPI_HMAC_PAYLOAD_FORMAT = "{timestamp}.{body}"
    setattr(settings, variable, value)
    found = [error for error in run_checks() if str(error.id).startswith("calls.VAPI_HMAC")]
    assert [error.id for error in found] == [f"calls.{variable}"]
    assert variable in found[0].msg and "not*base64" not in found[0].msg
    stamp = str(int(time.time()))
    forged = hmac.new(b"", stamp.encode() + b"." + BODY, hashlib.sha256).hexdigest()
    assert post(BODY, headers=JSON | {"x-timestamp": stamp, "x-signature": forged}).status_code == 401
    assert post(BODY, headers=signed(BODY) | {"x-vapi-secret": SECRET}).status_code == 401


@pytest.mark.parametrize(
    ("text", "variable"),
    [("{svix-id}.{timestamp}.{body}", "VAPI_HMAC_MESSAGE_ID_HEADER"), ("{url}{timestamp}{body}", "VAPI_HMAC_URL")],
)
def test_a_token_needs_what_fills_it(settings: Any, text: str, variable: str) -> None:
    settings.VAPI_HMAC_SECRETS, settings.VAPI_HMAC_PAYLOAD_FORMAT = ["key"], text
    assert [flaw.variable for flaw in endpoints().flaws] == [variable]


@pytest.mark.parametrize(
    "value",
    [
        "{",
        "[]",
        '"text"',
        '{"tools": 5}',
        '{"tools": {}}',
        '{"tools": {"scheme": "hmac"}}',
        '{"tools": {"scheme": "hmac", "secrets": []}}',
        '{"tools": {"scheme": "hmac", "secrets": [""]}}',
        '{"tools": {"scheme": "hmac", "secrets": "one"}}',
        '{"tools": {"scheme": "none", "secrets": ["s"]}}',
        '{"tools": {"scheme": "hmac", "secrets": ["s"], "algorythm": "sha1"}}',
        '{"tools": {"scheme": "hmac", "secrets": ["s"], "tolerance_s": "300"}}',
        '{"Tools!": {"scheme": "hmac", "secrets": ["s"]}}',
        "[" * 100_000,
    ],
    ids=range(14),
)
def test_endpoints_that_make_no_sense_are_named_and_stay_closed(settings: Any, value: str) -> None:
    settings.WEBHOOK_ENDPOINTS = value
    assert [flaw.variable for flaw in endpoints().flaws] == ["WEBHOOK_ENDPOINTS"]
    assert [error.id for error in run_checks() if "WEBHOOK" in str(error.id)] == ["calls.WEBHOOK_ENDPOINTS"]
    scheme = scheme_of("tools")
    assert scheme is None or isinstance(scheme, Closed)


def test_a_scheme_is_made_once_and_again_when_a_setting_changes(settings: Any) -> None:
    settings.VAPI_HMAC_SECRETS = ["one"]
    first = scheme_of("")
    assert scheme_of("") is first
    settings.VAPI_HMAC_SECRETS = ["one", "two"]
    assert scheme_of("") is not first
    settings.VAPI_HMAC_TOLERANCE_S = "60"
    scheme = scheme_of("")
    words = "HMAC sha256 (hex) over {timestamp}.{body} in x-signature, window 60 s, 2 secrets"
    assert scheme and scheme.in_words() == words


def test_named_endpoints_alone_are_enough_for_the_checks(settings: Any) -> None:
    settings.VAPI_SERVER_SECRETS = []
    assert "supportvoice.E001" not in {message.id for message in run_checks()}
