"""The control URL came in a webhook: where it leads is checked, and nothing else than Vapi's call is ever asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from calls.tests.deliveries.conftest import Running
from calls.tests.vapi.upstream import Answer, Upstream
from calls.tests.vapi.upstream import upstream as running_upstream
from calls.vapi import control

HOST = "phone-call-websocket.aws-us-west-2-backend-production1.vapi.ai"


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/c1/control",
        "https://vapi.ai.evil.example/c1/control",
        "https://evilvapi.ai/c1/control",
        f"https://user@{HOST}/c1/control",
        f"https://{HOST}:8443/c1/control",
        f"https://{HOST}/c2/control",
        f"https://{HOST}/c1/control?x=1",
        f"https://{HOST}/c1/control/../listen",
        "https://169.254.169.254/c1/control",
        "file:///c1/control",
        "not a url",
        "",
    ],
)
def test_an_address_that_is_not_that_calls_is_not_asked(url: str) -> None:
    with pytest.raises(control.NotSentError):
        control.checked("c1", url, "control")


def test_vapis_own_forms_are_taken() -> None:
    assert control.checked("c1", f"https://{HOST}/c1/control", "control").host == HOST
    assert control.checked("c1", f"wss://{HOST}/c1/listen", "listen").host == HOST


def test_this_machine_is_asked_in_local_mode_alone(settings: Any) -> None:
    settings.LOCAL_MODE = False
    with pytest.raises(control.NotSentError):
        control.checked("c1", "http://127.0.0.1:9/c1/control", "control")


def test_a_host_that_leads_into_this_network_is_not_asked(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LOCAL_MODE = False
    settings.VAPI_CONTROL_HOSTS = ["localhost"]
    with pytest.raises(control.NotSentError):
        control.add_message("c1", "https://localhost/c1/control", "x", triggers_reply=True)


def test_a_message_reaches_the_call_and_an_ended_call_takes_none(running: Running, settings: Any) -> None:
    settings.VAPI_PUBLIC_KEY = "public-key"
    url = f"http://127.0.0.1:{running.port.server_address[1]}/running-call/control"
    control.add_message("running-call", url, "Hello", triggers_reply=True)
    (heard,) = running.port.heard["running-call"]
    assert heard == {
        "type": "add-message",
        "message": {"role": "system", "content": "Hello"},
        "triggerResponseEnabled": True,
    }
    running.ends()
    with pytest.raises(control.CallOverError):
        control.add_message("running-call", url, "Hello", triggers_reply=True)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with running_upstream() as found:
        yield found


def test_a_redirect_is_not_followed_and_means_that_the_call_is_over(upstream: Upstream) -> None:
    upstream.answers["/c1/control"] = Answer(307, headers={"Location": f"{upstream.url}/elsewhere"})
    with pytest.raises(control.CallOverError):
        control.add_message("c1", f"{upstream.url}/c1/control", "x", triggers_reply=True)
    assert [path for path, _ in upstream.asked] == ["/c1/control"]


def test_no_answer_in_two_seconds_is_given_up(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "WITHIN_S", 0.3)
    upstream.answers["/c1/control"] = Answer(200, silent_s=1.5)
    began = time.monotonic()
    with pytest.raises(control.NoAnswerError):
        control.add_message("c1", f"{upstream.url}/c1/control", "x", triggers_reply=True)
    assert time.monotonic() - began < 1.2
