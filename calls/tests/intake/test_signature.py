"""Who is let in. Each test runs through the DRF view and through the lane."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import pytest

from calls.models import Event
from calls.tests.conftest import SECRET, Post, load, signed

BODY = json.dumps(load("status-update__in-progress")).encode()
JSON = {"content-type": "application/json"}


def hex_hmac(secret: str, signed_bytes: bytes) -> str:
    return hmac.new(secret.encode(), signed_bytes, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "header",
    [
        {"x-vapi-secret": SECRET},
        {"authorization": f"Bearer {SECRET}"},
        {"authorization": f"bearer {SECRET}"},
        {"x-vapi-signature": hex_hmac(SECRET, BODY)},
        {"x-vapi-signature": "sha256=" + hex_hmac(SECRET, BODY).upper()},
        {"x-vapi-secret": "", "x-vapi-signature": hex_hmac(SECRET, BODY)},
    ],
)
def test_the_shared_secret_opens_in_three_ways(post: Post, header: dict[str, str]) -> None:
    assert post(BODY, headers=JSON | header).status_code == 200
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"x-vapi-secret": ""},
        {"x-vapi-secret": SECRET + "x"},
        {"authorization": "Bearer "},
        {"authorization": SECRET},
        {"x-vapi-signature": ""},
        {"x-vapi-signature": SECRET},
        {"x-vapi-signature": hex_hmac(SECRET, BODY + b" ")},
        {"x-vapi-signature": hex_hmac("another", BODY)},
        {"x-vapi-signature": "ünïcode"},
        {"x-vapi-secret": "\xff\xfe"},
        {"authorization": "Bearer \xe9"},
        {"x-signature": hex_hmac(SECRET, BODY)},
    ],
)
def test_anything_else_is_refused_without_a_detail(post: Post, header: dict[str, str]) -> None:
    response = post(BODY, headers=JSON | header)
    assert (response.status_code, response.json()) == (401, {})
    assert not Event.objects.exists()


def test_without_any_secret_nothing_is_accepted(post: Post, settings: Any) -> None:
    settings.VAPI_SERVER_SECRETS = []
    for header in ({"x-vapi-secret": ""}, {"x-vapi-signature": hex_hmac("", BODY)}, {"authorization": "Bearer "}):
        assert post(BODY, headers=JSON | header).status_code == 401


def test_every_secret_of_a_rotation_is_accepted(post: Post, settings: Any) -> None:
    settings.VAPI_SERVER_SECRETS = ["new", "old"]
    assert post(BODY, headers=JSON | {"x-vapi-secret": "new"}).status_code == 200
    assert post(BODY, headers=JSON | {"x-vapi-signature": hex_hmac("old", BODY)}).status_code == 200
    assert post(BODY, headers=JSON | {"x-vapi-secret": SECRET}).status_code == 401


def vapi_hmac(stamp: str, secret: str = "hmac-key") -> dict[str, str]:
    return JSON | {"x-timestamp": stamp, "x-signature": hex_hmac(secret, stamp.encode() + b"." + BODY)}


@pytest.mark.parametrize("stamp_of", [lambda now: str(int(now)), lambda now: str(int(now * 1000))], ids=["s", "ms"])
def test_vapis_own_hmac_signs_timestamp_and_body(post: Post, settings: Any, stamp_of: Any) -> None:
    settings.VAPI_HMAC_SECRETS = ["hmac-key"]
    assert post(BODY, headers=vapi_hmac(stamp_of(time.time()))).status_code == 200


@pytest.mark.parametrize("offset_s", [-310, 310])
def test_a_timestamp_outside_the_window_is_refused(post: Post, settings: Any, offset_s: int) -> None:
    settings.VAPI_HMAC_SECRETS = ["hmac-key"]
    assert post(BODY, headers=vapi_hmac(str(int(time.time()) + offset_s))).status_code == 401
    assert post(BODY, headers=vapi_hmac(str(int(time.time()) + offset_s // 2))).status_code == 200


@pytest.mark.parametrize("stamp", ["", "now", "1e9", "-5", "9" * 40])
def test_a_timestamp_that_is_none_is_refused(post: Post, settings: Any, stamp: str) -> None:
    settings.VAPI_HMAC_SECRETS = ["hmac-key"]
    assert post(BODY, headers=vapi_hmac(stamp)).status_code == 401


def test_vapis_own_hmac_switches_the_others_off(post: Post, settings: Any) -> None:
    settings.VAPI_HMAC_SECRETS = ["hmac-key"]
    settings.VAPI_SERVER_SECRETS = [SECRET, "hmac-key"]
    for header in (signed(BODY), JSON | {"x-vapi-secret": SECRET}, JSON | {"authorization": "Bearer hmac-key"}):
        assert post(BODY, headers=header).status_code == 401


def test_its_header_names_are_a_setting(post: Post, settings: Any) -> None:
    settings.VAPI_HMAC_SECRETS = ["hmac-key"]
    settings.VAPI_HMAC_SIGNATURE_HEADER, settings.VAPI_HMAC_TIMESTAMP_HEADER = "X-Acme-Sig", "X-Acme-Time"
    stamp = str(int(time.time()))
    named = {"x-acme-time": stamp, "x-acme-sig": hex_hmac("hmac-key", stamp.encode() + b"." + BODY)}
    assert post(BODY, headers=JSON | named).status_code == 200
    assert post(BODY, headers=vapi_hmac(stamp)).status_code == 401
