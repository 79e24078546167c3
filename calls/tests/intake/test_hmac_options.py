"""Every option of Vapi's HMAC credential, against signers that are not ours. Each test runs through both adapters."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks
import stripe
import svix

from calls.models import Event
from calls.tests.conftest import Post, load

BODY = json.dumps(load("status-update__in-progress")).encode()
JSON = {"content-type": "application/json"}
KEY = base64.b64encode(b"a key of at least 24 bytes, as Svix asks").decode()
STANDARD: dict[str, Any] = {
    "VAPI_HMAC_SECRETS": [KEY],
    "VAPI_HMAC_SECRET_IS_BASE64": "1",
    "VAPI_HMAC_ENCODING": "base64",
    "VAPI_HMAC_PREFIX": "v1,",
    "VAPI_HMAC_PAYLOAD_FORMAT": "{svix-id}.{timestamp}.{body}",
    "VAPI_HMAC_SIGNATURE_HEADER": "webhook-signature",
    "VAPI_HMAC_TIMESTAMP_HEADER": "webhook-timestamp",
    "VAPI_HMAC_MESSAGE_ID_HEADER": "webhook-id",
}


def configure(settings: Any, **values: Any) -> None:
    for name, value in {"VAPI_HMAC_SECRETS": ["hmac-key"], **values}.items():
        setattr(settings, name, value)


def mac(signed: bytes, algorithm: str = "sha256", key: bytes = b"hmac-key") -> bytes:
    return hmac.new(key, signed, getattr(hashlib, algorithm)).digest()


def now() -> str:
    return str(int(time.time()))


def standard_headers(message_id: str, body: bytes = BODY, key: str = KEY) -> dict[str, str]:
    at = datetime.now(UTC)
    signature = standardwebhooks.Webhook(key).sign(message_id, at, body.decode())
    stamp = str(int(at.timestamp()))
    return JSON | {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}


def test_standard_webhooks_signs_what_is_accepted(post: Post, settings: Any) -> None:
    configure(settings, **STANDARD)
    assert post(BODY, headers=standard_headers("msg_1")).status_code == 200
    assert post(BODY + b" ", headers=standard_headers("msg_1")).status_code == 401
    assert post(BODY, headers=standard_headers("msg_1") | {"webhook-id": "msg_2"}).status_code == 401
    assert post(BODY, headers=standard_headers("msg_1") | {"webhook-id": ""}).status_code == 401


def test_svix_signs_what_is_accepted_under_its_own_header_names(post: Post, settings: Any) -> None:
    names = {option: value.replace("webhook-", "svix-") for option, value in STANDARD.items() if "HEADER" in option}
    configure(settings, **STANDARD | names | {"VAPI_HMAC_SECRETS": [f"whsec_{KEY}"]})
    at = datetime.now(UTC)
    signature = svix.Webhook(f"whsec_{KEY}").sign("msg_1", at, BODY.decode())
    headers = {"svix-id": "msg_1", "svix-timestamp": str(int(at.timestamp())), "svix-signature": signature}
    assert post(BODY, headers=JSON | headers).status_code == 200
    forged = {"svix-signature": signature[:3] + signature[3:].swapcase()}  # one that is another for every signature
    assert post(BODY, headers=JSON | headers | forged).status_code == 401


def test_stripe_signs_the_default_format(post: Post, settings: Any) -> None:
    configure(settings, VAPI_HMAC_SECRETS=["whsec_stripe"])
    stamp = now()
    signature = stripe.WebhookSignature._compute_signature(f"{stamp}.{BODY.decode()}", "whsec_stripe")
    assert post(BODY, headers=JSON | {"x-timestamp": stamp, "x-signature": signature}).status_code == 200


def test_one_of_several_signatures_in_the_header_is_enough(post: Post, settings: Any) -> None:
    configure(settings, **STANDARD)
    headers = standard_headers("msg_1")
    ours, other = headers["webhook-signature"], "v1," + base64.b64encode(mac(b"other")).decode()
    for several in (f"{other} {ours}", f"{ours} {other}", f"v1a,ed25519 {ours}"):
        assert post(BODY, headers=headers | {"webhook-signature": several}).status_code == 200
    for several in (f"{other} {other}", " ", f"{ours}{other}", " ".join([other] * 500)):
        assert post(BODY, headers=headers | {"webhook-signature": several}).status_code == 401


def test_every_secret_of_a_rotation_is_accepted(post: Post, settings: Any) -> None:
    old = base64.b64encode(b"the key before this one, long enough").decode()
    configure(settings, **STANDARD | {"VAPI_HMAC_SECRETS": [KEY, old]})
    assert post(BODY, headers=standard_headers("msg_1", key=KEY)).status_code == 200
    assert post(BODY, headers=standard_headers("msg_1", key=old)).status_code == 200


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "sha1"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("prefix", ["", "sha256=", "v1,", "Signature "])
def test_algorithm_encoding_and_prefix(post: Post, settings: Any, algorithm: str, encoding: str, prefix: str) -> None:
    configure(settings, VAPI_HMAC_ALGORITHM=algorithm, VAPI_HMAC_ENCODING=encoding, VAPI_HMAC_PREFIX=prefix)
    stamp = now()
    digest = mac(stamp.encode() + b"." + BODY, algorithm)
    signature = {"hex": digest.hex(), "base64": base64.b64encode(digest).decode()}[encoding]
    headers = JSON | {"x-timestamp": stamp}
    assert post(BODY, headers=headers | {"x-signature": prefix + signature}).status_code == 200
    assert post(BODY, headers=headers | {"x-signature": prefix + signature[1:]}).status_code == 401
    assert prefix == "" or post(BODY, headers=headers | {"x-signature": signature}).status_code == 401


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("{timestamp}.{body}", b"%(stamp)s.%(body)s"),
        ("{timestamp}{body}", b"%(stamp)s%(body)s"),
        ("{body}{timestamp}{body}", b"%(body)s%(stamp)s%(body)s"),
        ("v0:{timestamp}:{body}", b"v0:%(stamp)s:%(body)s"),
        ("{method} {url}\n{timestamp}\n{body}", b"POST https://desk.example/webhook/vapi?a=1\n%(stamp)s\n%(body)s"),
        ("{svix-id}.{timestamp}.{body}", b"id-1.%(stamp)s.%(body)s"),
    ],
)
def test_every_token_of_the_payload_format(post: Post, settings: Any, text: str, signed: bytes) -> None:
    configure(
        settings,
        VAPI_HMAC_PAYLOAD_FORMAT=text,
        VAPI_HMAC_URL="https://desk.example/webhook/vapi?a=1",
        VAPI_HMAC_MESSAGE_ID_HEADER="X-Message-Id",
    )
    stamp = now()
    headers = JSON | {"x-timestamp": stamp, "x-message-id": "id-1"}
    signature = mac(signed % {b"stamp": stamp.encode(), b"body": BODY}).hex()
    assert post(BODY, headers=headers | {"x-signature": signature}).status_code == 200
    assert post(BODY, headers=headers | {"x-signature": mac(b"." + BODY).hex()}).status_code == 401


def test_without_a_timestamp_the_body_alone_is_signed(post: Post, settings: Any) -> None:
    configure(settings, VAPI_HMAC_INCLUDE_TIMESTAMP="0")
    assert post(BODY, headers=JSON | {"x-signature": mac(BODY).hex()}).status_code == 200
    assert post(BODY, headers=JSON | {"x-signature": mac(b"." + BODY).hex()}).status_code == 401


def test_a_signed_message_id_is_what_an_event_without_a_timestamp_is_known_by(post: Post, settings: Any) -> None:
    configure(settings, **STANDARD)
    body = b'{"message": {"type": "campaign.started"}}'
    for message_id in ("msg_1", "msg_1", "msg_2", "msg_1"):
        assert post(body, headers=standard_headers(message_id, body)).status_code == 200
    assert Event.objects.count() == 2


def test_an_event_with_a_timestamp_is_known_by_its_own_content(post: Post, settings: Any) -> None:
    configure(settings, **STANDARD)
    for message_id in ("msg_1", "msg_2"):
        assert post(BODY, headers=standard_headers(message_id)).status_code == 200
    assert Event.objects.count() == 1


def test_a_message_id_that_is_not_signed_counts_for_nothing(post: Post, settings: Any) -> None:
    configure(settings, VAPI_HMAC_MESSAGE_ID_HEADER="webhook-id")
    body, stamp = b'{"message": {"type": "campaign.started"}}', now()
    signature = mac(stamp.encode() + b"." + body).hex()
    for _ in range(2):
        headers = {"x-timestamp": stamp, "x-signature": signature, "webhook-id": "msg_1"}
        assert post(body, headers=JSON | headers).status_code == 200
    assert Event.objects.count() == 2
