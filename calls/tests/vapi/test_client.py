"""A recording is fetched with the key, and the key goes nowhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from calls.tests.vapi.upstream import KEY, Answer, Upstream, upstream
from calls.vapi import client
from calls.vapi.address import is_allowed
from calls.vapi.errors import (
    ForbiddenAddressError,
    GoneError,
    KeyRefusedError,
    NoKeyError,
    NotReadyError,
    NotThereError,
    TooLargeError,
    TooSlowError,
    UpstreamError,
    VapiError,
)

ASKED = "/call/c1/mono-recording"


@pytest.fixture
def vapi(settings: Any) -> Iterator[Upstream]:
    with upstream() as there:
        settings.VAPI_API_URL, settings.VAPI_API_KEY, settings.LOCAL_MODE = there.url, KEY, True
        yield there


def fetch(call_id: str = "c1", wanted: str = "") -> tuple[int, dict[str, str], bytes]:
    async def scene() -> tuple[int, dict[str, str], bytes]:
        async with client.mono_recording(call_id, wanted) as sound:
            return sound.status, sound.headers, b"".join([chunk async for chunk in sound.body])

    return asyncio.run(scene())


def test_the_redirect_is_followed_without_the_key(vapi: Upstream) -> None:
    vapi.answers = {
        "/call": Answer(302, headers={"location": "/store/c1.wav?sig=x", "set-cookie": "session=1"}),
        "/store": Answer(206, b"RIFF", {"content-type": "audio/x-wav", "content-range": "bytes 0-3/9"}),
    }
    status, headers, body = fetch(wanted="bytes=0-3")
    assert (status, body) == (206, b"RIFF")
    assert headers["content-range"] == "bytes 0-3/9"
    assert vapi.headers_at(ASKED)["authorization"] == f"Bearer {KEY}"
    stored = vapi.headers_at("/store")
    assert not {"authorization", "cookie"} & stored.keys()
    assert KEY not in str(stored)
    assert (stored["range"], stored["accept-encoding"]) == ("bytes=0-3", "identity")
    assert stored["host"] == vapi.url.removeprefix("http://")


def test_an_answer_without_a_redirect_is_the_recording(vapi: Upstream) -> None:
    vapi.answers = {"/call": Answer(200, b"sound", {"content-type": "text/html"})}
    status, headers, body = fetch()
    assert (status, body, headers["content-type"], headers["accept-ranges"]) == (200, b"sound", "audio/wav", "none")


def test_a_call_id_cannot_leave_its_place_in_the_path(vapi: Upstream) -> None:
    vapi.answers = {"/": Answer(200, b"x")}
    fetch("../assistant?x=#")
    assert vapi.asked[0][0] == "/call/..%2Fassistant%3Fx%3D%23/mono-recording"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, KeyRefusedError),
        (403, KeyRefusedError),
        (404, NotThereError),
        (410, GoneError),
        (202, NotReadyError),
        (429, UpstreamError),
        (500, UpstreamError),
    ],
)
def test_each_refusal_of_the_api_has_its_error(vapi: Upstream, status: int, error: type[VapiError]) -> None:
    vapi.answers = {"/call": Answer(status)}
    with pytest.raises(error):
        fetch()


def test_an_expired_link_is_not_taken_for_a_refused_key(vapi: Upstream) -> None:
    vapi.answers = {"/call": Answer(302, headers={"location": "/store"}), "/store": Answer(403)}
    with pytest.raises(UpstreamError):
        fetch()


def test_without_a_key_nothing_is_asked(vapi: Upstream, settings: Any) -> None:
    settings.VAPI_API_KEY = ""
    with pytest.raises(NoKeyError):
        fetch()
    assert vapi.asked == []


@pytest.mark.parametrize(
    "location",
    ["https://127.0.0.1/x", "http://example.com/x", "https://10.0.0.1/x", "https://[::1]/x", "file:///etc/passwd"],
)
def test_a_redirect_into_this_network_is_not_followed(
    vapi: Upstream, settings: Any, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    vapi.answers = {"/call": Answer(302, headers={"location": location})}
    settings.LOCAL_MODE = False
    monkeypatch.setattr(client, "has_allowed_scheme", lambda url: True)  # of the API itself, which is plain http here
    with pytest.raises((ForbiddenAddressError, UpstreamError)) as raised:
        fetch()
    assert raised.type is ForbiddenAddressError or location.startswith("file")


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "169.254.169.254", "::ffff:10.0.0.1", "fe80::1%eth0", "0.0.0.0", "224.0.0.1"]
)
def test_private_addresses_are_never_allowed(address: str) -> None:
    assert not is_allowed(address)


def test_this_machine_is_allowed_in_local_mode_only(settings: Any) -> None:
    for local in (True, False):
        settings.LOCAL_MODE = local
        assert is_allowed("127.0.0.1") is is_allowed("::1") is local
    assert is_allowed("8.8.8.8")


def test_a_key_is_never_sent_in_clear(vapi: Upstream, settings: Any) -> None:
    settings.LOCAL_MODE = False
    with pytest.raises(ForbiddenAddressError):
        fetch()
    assert vapi.asked == []


def test_redirects_have_an_end(vapi: Upstream) -> None:
    vapi.answers = {"/": Answer(302, headers={"location": "/again"})}
    with pytest.raises(UpstreamError):
        fetch()
    assert len(vapi.asked) == 1 + client.MOST_REDIRECTS


def test_a_slow_api_is_given_up(vapi: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    vapi.answers = {"/call": Answer(silent_s=5)}
    monkeypatch.setattr(client, "TIMEOUT", httpx.Timeout(0.2))
    with pytest.raises(TooSlowError):
        fetch()


def test_more_than_a_call_can_be_is_not_read(vapi: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LARGEST_BYTES", 100)
    vapi.answers = {"/call": Answer(200, bytes(101))}
    with pytest.raises(TooLargeError):
        fetch()
    vapi.answers = {"/call": Answer(200, endless=True)}
    with pytest.raises(TooLargeError):
        fetch()


def test_the_key_and_signed_links_are_in_no_log_and_no_error(vapi: Upstream, caplog: pytest.LogCaptureFixture) -> None:
    vapi.answers = {"/call": Answer(302, headers={"location": "/store?signature=planted"}), "/store": Answer(500)}
    with caplog.at_level(logging.INFO), pytest.raises(UpstreamError) as raised:
        fetch()
    assert not any(secret in caplog.text + str(raised.value) for secret in (KEY, "planted"))
