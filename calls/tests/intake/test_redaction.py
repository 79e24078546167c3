"""What is taken out of a message before it is stored, wherever it stands."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.intake import redaction
from calls.intake.redaction import redact
from calls.message import decode_fields

TOKEN = "eyJhbGciOiJFUzI1NiJ9.must-not-be-stored"


def redacted(message: dict[str, Any]) -> Any:
    return json.loads(redact(decode_fields(msgspec.json.encode(message))))


SECRETS: dict[str, dict[str, Any]] = {
    "Twilio token": {"phoneNumber": {"twilioAuthToken": TOKEN, "twilioApiSecret": TOKEN, "twilioApiKey": TOKEN}},
    "server secret": {"assistant": {"serverUrlSecret": TOKEN, "server": {"secret": TOKEN, "headers": {"X": TOKEN}}}},
    "tool's server": {"toolWithToolCallList": [{"server": {"secret": TOKEN}}]},
    "squad member": {"call": {"squad": {"members": [{"assistant": {"server": {"secret": TOKEN}}}]}}},
    "credentials": {"assistant": {"credentials": [{"provider": "openai", "apiKey": TOKEN}]}},
    "metadata": {"call": {"assistantOverrides": {"metadata": {"user": TOKEN}}}},
    "control URL": {"call": {"monitor": {"controlUrl": f"https://{TOKEN}", "listenUrl": f"wss://{TOKEN}"}}},
    "presigned links": {"artifact": {"presignedMonoUrl": TOKEN, "presignedUrls": [TOKEN]}},
    "presigned beside the type": {"presignedStereoUrl": TOKEN},
    "SIP header by name": {"call": {"sip": {"headers": {"Identity": TOKEN, "x-identity": TOKEN}}}},
    "SIP header as a pair": {"call": {"headers": [{"name": "Identity", "value": TOKEN}]}},
    "SIP header in the INVITE": {"call": {"invite": f"INVITE sip:a@b\r\nIdentity: {TOKEN}\r\nTo: <sip:a@b>"}},
    "authorization": {"tools": [{"headers": {"Authorization": f"Bearer {TOKEN}"}}]},
    "a type nobody knows": {"chat": {"deep": [{"deeper": {"server": {"secret": TOKEN}}}]}},
}


@pytest.mark.parametrize("message", SECRETS.values(), ids=SECRETS)
def test_no_secret_survives(message: dict[str, Any]) -> None:
    assert "must-not-be-stored" not in json.dumps(redacted({"type": "x", **message}))


def test_a_name_written_with_escapes_is_found_too() -> None:
    raw = rb'{"type": "x", "phoneNumber": {"twilio\u0041uthToken": "must-not-be-stored"}}'
    assert b"must-not-be-stored" not in redact(decode_fields(raw))


HARMLESS: dict[str, Any] = {
    "type": "x",
    "secret": "a tool's own argument",
    "metadata": {"wordLevelConfidence": [{"word": "hi", "confidence": 0.98}]},
    "headers": {"subject": "kept"},
    "call": {"id": "c", "assistantOverrides": {"variableValues": {"plan": "gold"}}, "credentialIds": ["id"]},
    "transcript": "My identity: that is a long story. The secret is patience.",
}


def test_what_only_looks_alike_is_kept() -> None:
    assert redacted(HARMLESS) == HARMLESS


def test_the_rest_of_an_invite_is_kept() -> None:
    invite = redacted(SECRETS["SIP header in the INVITE"])["call"]["invite"]
    assert invite.startswith("INVITE sip:a@b") and invite.endswith("To: <sip:a@b>")


def test_what_cannot_be_decoded_is_dropped_and_not_kept() -> None:
    raw = b'{"type": "x", "call": {"twilioAuthToken": "must-not-be-stored", "note": "' + b"\xff" + b'"}}'
    assert json.loads(redact(decode_fields(raw)))["call"] == "[dropped: not decodable]"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(min_size=1), JSON), st.sampled_from(list(SECRETS.values())))
def test_whatever_stands_around_it(around: dict[str, Any], secret: dict[str, Any]) -> None:
    assert "must-not-be-stored" not in json.dumps(redacted({**around, **secret}))


@pytest.mark.parametrize(
    "before", [0, 3 * redaction._PIECE_BYTES, *(redaction._PIECE_BYTES - 10 - short for short in range(20))]
)
def test_a_secret_is_found_wherever_it_stands_in_a_long_body(before: int) -> None:
    fields = {"note": msgspec.Raw(b'{"%s": 1, "password": "hunter2"}' % (b"x" * before))}
    assert b"hunter2" not in redact(fields)


def test_of_a_body_that_is_suspicious_all_over_one_piece_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def counted(piece: bytes) -> bool:
        looked_at.append(len(piece))
        return True

    monkeypatch.setattr(redaction, "_found_in", counted)
    assert redaction._is_suspicious(b'"pin"' * 1_000_000)
    assert looked_at == [redaction._PIECE_BYTES + redaction._LONGEST]
