"""Whatever bytes come, nothing raises, and one bit less or more than what was signed is refused."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.intake.receive import Accepted, Refused, receive
from calls.models import Event
from calls.tests.conftest import Post, signed
from calls.tests.intake.test_hmac_options import KEY, STANDARD, configure, mac

BODY = json.dumps({"message": {"type": "hang", "timestamp": 1795244400000, "call": {"id": "c"}}}).encode()
JSON = {"content-type": b"application/json"}
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def vapi_signed() -> dict[str, bytes]:
    stamp = str(int(time.time())).encode()
    return {"x-timestamp": stamp, "x-signature": mac(stamp + b"." + BODY).hex().encode()}


def base64_signed() -> dict[str, bytes]:
    stamp = str(int(time.time() * 1000)).encode()
    return {"x-timestamp": stamp, "x-signature": b"v1=" + base64.b64encode(mac(stamp + b"." + BODY, "sha1"))}


def standard_signed() -> dict[str, bytes]:
    at = datetime.now(UTC)
    signature = standardwebhooks.Webhook(KEY).sign("msg_1", at, BODY.decode())
    stamp = str(int(at.timestamp())).encode()
    return {"webhook-id": b"msg_1", "webhook-timestamp": stamp, "webhook-signature": signature.encode()}


SCHEMES: dict[str, tuple[dict[str, Any], Any]] = {
    "vapi": ({}, vapi_signed),
    "sha1 base64": (
        {"VAPI_HMAC_ALGORITHM": "sha1", "VAPI_HMAC_ENCODING": "base64", "VAPI_HMAC_PREFIX": "v1="},
        base64_signed,
    ),
    "standard webhooks": (STANDARD, standard_signed),
}


def flipped(value: bytes, bit: int) -> bytes:
    position, shift = divmod(bit % (len(value) * 8), 8)
    return value[:position] + bytes([value[position] ^ 1 << shift]) + value[position + 1 :]


def outcome(headers: dict[str, bytes], body: bytes) -> Accepted | Refused:
    return receive(JSON | headers, body, datetime.now(UTC))


@pytest.fixture(params=SCHEMES)
def sign(request: pytest.FixtureRequest, settings: Any) -> Any:
    """The scheme in force, as a sender that knows its secret."""
    options, signer = SCHEMES[request.param]
    configure(settings, **options)
    return signer


@MANY
@given(data=st.data())
def test_one_flipped_bit_is_refused(data: st.DataObject, sign: Callable[[], dict[str, bytes]]) -> None:
    headers = sign()
    assert isinstance(outcome(headers, BODY), Accepted)
    where, bit = data.draw(st.sampled_from(["body", *headers])), data.draw(st.integers(0, 10_000))
    body = flipped(BODY, bit) if where == "body" else BODY
    forged = headers if where == "body" else headers | {where: flipped(headers[where], bit)}
    refused = outcome(forged, body)
    assert isinstance(refused, Refused) and refused.status == 401


HEADERS = ["x-signature", "x-timestamp", "webhook-id", "webhook-timestamp", "webhook-signature", "x-vapi-secret"]
anything = st.dictionaries(
    st.sampled_from([*HEADERS, "authorization", "x-vapi-signature", "content-encoding", "content-type"]),
    st.binary(max_size=200) | st.sampled_from([b"application/json", b"Bearer \xff", b"v1,", b"1795244400", b" "]),
)


@MANY
@given(headers=anything, body=st.binary(max_size=500) | st.just(BODY))
def test_no_bytes_raise_or_are_let_in(headers: dict[str, bytes], body: bytes, sign: Any) -> None:
    found = outcome(headers, body)
    assert isinstance(found, Refused) and found.status == 401


@MANY
@given(headers=anything, body=st.binary(max_size=500) | st.just(BODY))
def test_the_shared_secret_is_not_guessed_either(headers: dict[str, bytes], body: bytes) -> None:
    found = outcome(headers, body)
    assert isinstance(found, Refused) and found.status == 401


printable = st.text(st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n"), max_size=100)


@FEW
@given(
    headers=st.dictionaries(st.sampled_from([*HEADERS, "authorization", "x-vapi-signature"]), printable),
    body=st.binary(max_size=300),
    is_signed=st.booleans(),
)
def test_any_delivery_gets_a_status_that_is_meant(
    headers: dict[str, str], body: bytes, is_signed: bool, post: Post
) -> None:
    sent = {"content-type": "application/json"} | headers | (signed(body) if is_signed else {})
    assert post(body, headers=sent).status_code in ({200, 400} if is_signed else {401})
    assert is_signed or not Event.objects.exists()


@FEW
@given(content=printable, encoding=printable)
def test_any_content_header_gets_a_status_that_is_meant(content: str, encoding: str, post: Post) -> None:
    sent = signed(BODY) | {"content-type": content, "content-encoding": encoding}
    assert post(BODY, headers=sent).status_code in {200, 415}
