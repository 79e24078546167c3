"""Near misses of real deliveries: what a proxy, a bug or an attacker who knows the protocol makes of them.

Far from a delivery, random bytes end at the signature. So these are signed, or differ from a signed one by one bit.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.intake.receive import Accepted, Refused, header_mapping, receive, refuse_headers
from calls.models import Event
from calls.tests.conftest import FIXTURES, Post, load, signed
from calls.tests.intake.test_bodies import FIELDS, HOSTILE, KINDS
from calls.tests.intake.test_forgeries import FEW, MANY, flipped
from calls.tests.intake.test_hmac_options import configure, mac

MEANT = {200, 400, 401, 413, 415, 503}
SIGNED_AND_JSON = {200, 400, 413}

BODIES = [path.read_bytes() for path in sorted(FIXTURES.glob("*.json"))]
# What parsers are known to stumble over.
TOKENS = [
    *(b'"', b"\\", b"\\u0000", b"\\ud800", b"\\udc00", b"{", b"}", b"[", b"]", b",", b":", b"null", b"true", b"NaN"),
    *(b"1e400", b"-0", b"9" * 400, b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"message":', b'"type":'),
    *(b'"__proto__":{},', b"[" * 300, b'{"a":' * 300),
]
splices = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(TOKENS) | st.binary(max_size=8)),
    min_size=1,
    max_size=4,
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A fixture with a few places cut out and replaced."""
    body = draw(st.sampled_from(BODIES))
    for where, cut, put in draw(splices):
        at = int(where * len(body))
        body = body[:at] + put + body[at + cut :]
    return body


values = st.recursive(
    st.sampled_from(HOSTILE) | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), inner),
    max_leaves=12,
)


@st.composite
def misshapen(draw: st.DrawFn) -> bytes:
    """A message whose fields are of any type."""
    kind = draw(st.sampled_from(KINDS) | st.text(max_size=20))
    message = draw(st.dictionaries(st.sampled_from(FIELDS), values, max_size=6))
    return json.dumps({"message": {"type": kind, "timestamp": 1795244400000} | message}).encode()


bodies = damaged() | misshapen() | st.binary(max_size=200)
header_names = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True) | st.sampled_from(
    "content-length content-type content-encoding transfer-encoding authorization x-vapi-secret x-vapi-signature "
    "x-signature x-timestamp webhook-id host cookie x-forwarded-proto x-forwarded-for expect".split()
)
header_values = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60) | st.sampled_from(
    ["", " ", "-1", "0", "1" * 30, "0x10", "1_0", "application/json", "identity", "gzip", "chunked", "a" * 9000]
)
headers_of_any_kind = st.dictionaries(header_names, header_values, max_size=6)


def status_of(headers: dict[str, str], body: bytes) -> int:
    """What the core decides, asked as the adapters ask it."""
    raw = header_mapping(headers)
    outcome = refuse_headers(raw) or receive(raw, body, datetime.now(UTC))
    assert isinstance(outcome, Accepted | Refused)
    return outcome.status if isinstance(outcome, Refused) else 200


@MANY
@given(body=bodies)
def test_the_core_reads_or_refuses_any_signed_body(body: bytes) -> None:
    assert status_of(signed(body), body) in SIGNED_AND_JSON


@MANY
@given(headers=headers_of_any_kind, body=bodies)
def test_the_core_takes_any_headers(headers: dict[str, str], body: bytes) -> None:
    assert status_of(headers, body) in MEANT - {200}
    assert status_of(signed(body) | headers, body) in MEANT


@FEW
@given(body=bodies)
def test_any_signed_body_gets_a_status_that_is_meant(body: bytes, post: Post) -> None:
    assert post(body).status_code in SIGNED_AND_JSON


@FEW
@given(headers=headers_of_any_kind, body=bodies, is_signed=st.booleans())
def test_any_headers_get_a_status_that_is_meant(
    headers: dict[str, str], body: bytes, is_signed: bool, post: Post
) -> None:
    before = Event.objects.count()
    status = post(body, headers=(signed(body) if is_signed else {}) | headers).status_code
    assert status in MEANT
    assert status == 200 or Event.objects.count() == before


@pytest.mark.parametrize("length", ["abc", "-1", "1_0", "0x10", "²", " "])
def test_a_length_that_is_none_is_no_server_error(post: Post, length: str) -> None:
    body = json.dumps(load("hang__late-answer")).encode()
    assert post(body, headers=signed(body) | {"content-length": length}).status_code in MEANT


@FEW
@given(body=st.sampled_from(BODIES), where=st.sampled_from(["body", "x-signature", "x-timestamp"]), at=st.data())
def test_one_flipped_bit_is_unauthorized_over_both_adapters(
    body: bytes, where: str, at: st.DataObject, post: Post, settings: Any
) -> None:
    configure(settings)
    stamp = str(int(time.time())).encode()
    sent = {"body": body, "x-timestamp": stamp, "x-signature": mac(stamp + b"." + body).hex().encode()}
    sent[where] = flipped(sent[where], at.draw(st.integers(0, len(sent[where]) * 8 - 1)))
    headers = {name: value.decode("latin-1") for name, value in sent.items() if name != "body"}
    assert post(sent["body"], headers={"content-type": "application/json"} | headers).status_code == 401
    assert not Event.objects.exists()
