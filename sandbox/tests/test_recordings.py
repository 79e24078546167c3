"""The stand-in serves recordings as Vapi does, and they sound like the call."""

from __future__ import annotations

import io
import itertools
import time
import wave
from array import array
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from calls.models import Call, Report, Turn
from sandbox.tests.placing import place
from sandbox.tests.webhook import webhook
from sandbox.vapi.voice import Spoken, wav

KEY = {"Authorization": "Bearer stand-in-key"}
ASKED = "/sandbox/vapi/call/c1/mono-recording"
BEGAN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def key(settings: Any) -> None:
    settings.VAPI_API_KEY = "stand-in-key"


def recorded(folder: str = "", ended_at: datetime = BEGAN + timedelta(seconds=4)) -> Call:
    call = Call.objects.create(vapi_id="c1", began_at=BEGAN, started_at=BEGAN, ended_at=ended_at)
    Report.objects.create(
        call=call, reported_at=BEGAN, recording={"mono": f"https://storage.vapi.ai/{folder}c1-mono.wav"}
    )
    for position, role in enumerate(("assistant", "user")):
        start = BEGAN + timedelta(seconds=1 + 2 * position)
        Turn.objects.create(
            call=call, position=position, role=role, text="x", started_at=start, ended_at=start + timedelta(seconds=1)
        )
    return call


def stored(client: Client, **headers: str) -> HttpResponse:
    link = client.get(ASKED, headers=KEY)["Location"]
    response = client.get(link.removeprefix("http://testserver"), headers=headers)
    assert isinstance(response, HttpResponse)
    return response


def loudest(sound: bytes, ms: int) -> int:
    samples = array("h", sound[44:])
    return max(samples[ms * 8 : ms * 8 + 800])


def test_turns_are_tones_of_two_pitches_and_silence_between() -> None:
    sound = wav((Spoken("assistant", 1_000, 2_000), Spoken("user", 3_000, 4_000)), 5_000)
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8_000, 1, 2)
        assert file.getnframes() == 40_000
    assert [loudest(sound, ms) > 3_000 for ms in (0, 1_050, 2_100, 3_050, 4_100)] == [False, True, False, True, False]
    samples = array("h", sound[44:])

    def crossings(second: int) -> int:
        part = samples[second * 8_000 : second * 8_000 + 8_000]
        return sum(1 for one, two in itertools.pairwise(part) if one < 0 <= two)

    assert crossings(3) > 1.5 * crossings(1)
    assert sound == wav((Spoken("assistant", 1_000, 2_000), Spoken("user", 3_000, 4_000)), 5_000)


@pytest.mark.django_db
def test_without_the_key_there_is_nothing() -> None:
    recorded()
    for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": "stand-in-key"}):
        assert Client().get(ASKED, headers=headers).status_code == 401


@pytest.mark.django_db
def test_a_known_call_redirects_to_a_signed_link_that_serves_the_wav() -> None:
    recorded()
    response = stored(Client())
    assert (response.status_code, response["Content-Type"], response["Accept-Ranges"]) == (200, "audio/wav", "bytes")
    assert len(response.content) == int(response["Content-Length"]) == 44 + 4 * 16_000
    assert [loudest(response.content, ms) > 3_000 for ms in (0, 1_050, 2_100, 3_050)] == [False, True, False, True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "status", "said", "length"),
    [
        ("bytes=0-3", 206, "bytes 0-3/64044", 4),
        ("bytes=64000-", 206, "bytes 64000-64043/64044", 44),
        ("bytes=-4", 206, "bytes 64040-64043/64044", 4),
        ("bytes=64000-999999", 206, "bytes 64000-64043/64044", 44),
        ("bytes=64044-", 416, "bytes */64044", 0),
    ],
)
def test_ranges_are_served(wanted: str, status: int, said: str, length: int) -> None:
    recorded()
    response = stored(Client(), Range=wanted)
    assert (response.status_code, response["Content-Range"], len(response.content)) == (status, said, length)


@pytest.mark.django_db
def test_unknown_and_running_calls_have_no_recording() -> None:
    assert Client().get(ASKED, headers=KEY).status_code == 404
    Call.objects.create(vapi_id="c1", started_at=BEGAN)
    assert Client().get(ASKED, headers=KEY).status_code == 404


@pytest.mark.django_db
def test_a_link_that_was_changed_or_has_expired_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded("expired/")
    assert stored(Client()).status_code == 403
    Report.objects.update(recording={})
    link = Client().get(ASKED, headers=KEY)["Location"].removeprefix("http://testserver")
    assert Client().get(link).status_code == 200
    assert Client().get(link.replace("expires=1", "expires=2")).status_code == 403
    monkeypatch.setattr(time, "time", lambda: 9e9)
    assert Client().get(link).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(("folder", "status"), [("late/", 302), ("none/", 404), ("gone/", 410)])
def test_each_trap_answers_as_its_name_says(folder: str, status: int) -> None:
    recorded(folder)
    assert Client().get(ASKED, headers=KEY).status_code == status


@pytest.mark.django_db
def test_a_late_recording_is_not_there_at_once() -> None:
    recorded("late/", ended_at=datetime.now(UTC))
    assert Client().get(ASKED, headers=KEY).status_code == 404


def test_reports_say_that_there_is_a_recording_and_how_it_behaves() -> None:
    with webhook() as seen:
        place("ticket_lookup", seen.url, recording="slow")
    artifact = seen.messages("end-of-call-report")[0]["artifact"]
    assert artifact["recording"]["mono"]["combinedUrl"].startswith("https://storage.vapi.ai/slow/")
