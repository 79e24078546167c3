"""The sound of a call goes through this server, to who may hear it, and nothing of it is kept on the way."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
import uvicorn
from asgiref.sync import async_to_sync
from django.conf import settings as configured
from django.contrib.auth.models import Permission, User
from django.db import connection, connections
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.utils import timezone

from calls.models import Call, Interruption, Recording, Report
from calls.tests.dashboard import build
from calls.tests.vapi.upstream import KEY, Answer, Upstream, upstream
from calls.vapi.client import mono_recording
from supportvoice.asgi import django as asgi
from supportvoice.headers import WAVEFORM_STYLE
from supportvoice.streams import relay

SOUND = {"content-type": "audio/wav", "accept-ranges": "bytes"}
PART = SOUND | {"content-range": "bytes 2-3/9"}


@pytest.fixture
def vapi(settings: Any) -> Iterator[Upstream]:
    with upstream() as there:
        settings.VAPI_API_URL, settings.VAPI_API_KEY, settings.LOCAL_MODE = there.url, KEY, True
        there.answers = {
            "/call": Answer(302, headers={"location": "/store?signature=planted"}),
            "/store": Answer(200, b"RIFFsound", SOUND),
        }
        yield there


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay would close the connection whose transaction this test is."""
    monkeypatch.setattr(connections, "close_all", lambda: None)


def recorded(**fields: Any) -> Call:
    call = build.ended(vapi_id="c1")
    Report.objects.create(call=call, reported_at=timezone.now(), recording={"mono": ""})
    Recording.objects.create(call=call, **fields)
    return call


def heard(client: Client, **headers: str) -> tuple[Any, bytes]:
    """The answer and its body, read in one event loop, as a server does it."""

    async def scene() -> tuple[Any, bytes]:
        asking = AsyncClient()
        asking.cookies = client.cookies
        response: Any = await asking.get("/calls/c1/recording", headers=headers)
        return response, b"".join([chunk async for chunk in response.streaming_content])

    return async_to_sync(scene)()


@pytest.mark.usefixtures("one_connection")
def test_the_whole_recording_passes_through_and_is_kept_nowhere(agent: Client, vapi: Upstream) -> None:
    recorded()
    response, body = heard(agent)
    assert (response.status_code, body) == (200, b"RIFFsound")
    names = ("Content-Type", "Content-Length", "Accept-Ranges", "Cache-Control", "X-Content-Type-Options")
    assert [response[name] for name in names] == ["audio/wav", "9", "bytes", "no-store", "nosniff"]
    assert "Location" not in response


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize(
    "stored", [Answer(206, b"FF", PART), Answer(416, headers=SOUND | {"content-range": "bytes */9"})]
)
def test_ranges_pass_both_ways(agent: Client, vapi: Upstream, stored: Answer) -> None:
    recorded()
    vapi.answers["/store"] = stored
    response, body = heard(agent, Range="bytes=2-3")
    assert vapi.headers_at("/store")["range"] == "bytes=2-3"
    assert (response.status_code, response["Content-Range"]) == (stored.status, stored.headers["content-range"])
    assert body == stored.body


@pytest.mark.parametrize("odd", ["bytes=0-1,4-5", "items=1", "bytes=1-2\tx", "bytes=a-b"])
def test_only_a_plain_range_is_passed_on(agent: Client, vapi: Upstream, one_connection: None, odd: str) -> None:
    recorded()
    agent.get("/calls/c1/recording", headers={"Range": odd})
    assert "range" not in vapi.headers_at("/call")


def test_viewers_may_not_hear(viewer: Client, vapi: Upstream) -> None:
    recorded()
    assert viewer.get("/calls/c1/recording").status_code == 403
    assert viewer.get("/calls/c1/player").status_code == 403
    assert b'id="player"' not in viewer.get("/calls/c1/").content
    assert Client().get("/calls/c1/recording").status_code == 401
    assert vapi.asked == []


def test_only_what_was_reported_is_asked_for(agent: Client, vapi: Upstream) -> None:
    build.call(vapi_id="c2")
    assert agent.get("/calls/c2/recording").status_code == 404
    assert agent.post("/calls/c2/recording").status_code == 405
    assert vapi.asked == []


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (Answer(401), 502, "Vapi refused the key"),
        (Answer(404), 404, "no recording of this call"),
        (Answer(410), 410, "deleted"),
        (Answer(500), 502, "could not deliver"),
    ],
)
def test_what_is_wrong_is_said_in_words(agent: Client, vapi: Upstream, answer: Answer, status: int, words: str) -> None:
    recorded()
    vapi.answers = {"/call": answer}
    response = agent.get("/calls/c1/recording")
    assert isinstance(response, HttpResponse)
    assert (response.status_code, response["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert words in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_without_a_key_the_player_says_which(agent: Client, settings: Any, one_connection: None) -> None:
    settings.VAPI_API_KEY = ""
    recorded()
    page = agent.get("/calls/c1/").content.decode()
    assert "No Vapi key is set: VAPI_API_KEY." in page
    assert "<audio" not in page
    assert agent.get("/calls/c1/recording").status_code == 503


def test_who_heard_what_is_on_record(
    agent: Client, vapi: Upstream, one_connection: None, caplog: pytest.LogCaptureFixture
) -> None:
    recorded()
    with caplog.at_level(logging.INFO):
        agent.get("/calls/c1/recording", headers={"Range": "bytes=0-"})
    assert re.search(r"recording of call c1, bytes=0-: 200 to user \d+ \(agent\)", caplog.text)
    assert not any(secret in caplog.text for secret in (KEY, "planted"))


@pytest.mark.django_db(transaction=True)
def test_a_relay_holds_no_database_connection_and_its_end_closes_the_upstream(vapi: Upstream) -> None:
    vapi.answers["/store"] = Answer(200, headers=SOUND, endless=True)

    async def scene() -> bool:
        response = await relay(mono_recording("c1"))
        chunks = aiter(response)
        assert await anext(chunks)
        held = connection.connection is not None
        del response, chunks
        assert await asyncio.to_thread(vapi.left.wait, 5)
        return held

    connection.ensure_connection()
    assert async_to_sync(scene)() is False


def listener() -> Client:
    """Tests that commit leave no groups behind for the next."""
    user = User.objects.create_user("listener")
    user.user_permissions.add(Permission.objects.get(codename="hear_recordings"))
    client = Client()
    client.force_login(user)
    return client


@contextmanager
def served() -> Iterator[str]:
    """The whole application under uvicorn, in this process."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(asgi, log_level="warning", lifespan="off", timeout_graceful_shutdown=3))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.mark.django_db(transaction=True)
def test_a_listener_who_leaves_closes_the_upstream(vapi: Upstream) -> None:
    recorded()
    vapi.answers["/store"] = Answer(200, headers=SOUND, endless=True)
    cookies = {"sessionid": listener().cookies["sessionid"].value}
    with served() as address, httpx.stream("GET", f"{address}/calls/c1/recording", cookies=cookies) as response:
        assert response.status_code == 200
        next(response.iter_raw(1_000_000))
        assert not vapi.left.is_set()
        response.close()
        assert vapi.left.wait(5)


@pytest.mark.django_db(transaction=True)
def test_a_seek_is_answered_while_another_listener_hears_on(vapi: Upstream) -> None:
    recorded()
    vapi.answers["/store"] = Answer(200, headers=SOUND, endless=True)
    cookies = {"sessionid": listener().cookies["sessionid"].value}
    with served() as address, httpx.stream("GET", f"{address}/calls/c1/recording", cookies=cookies) as first:
        next(first.iter_raw(1_000))
        vapi.answers["/store"] = Answer(206, b"FF", PART)
        began = time.monotonic()
        second = httpx.get(f"{address}/calls/c1/recording", cookies=cookies, headers={"Range": "bytes=2-3"})
        assert (second.status_code, second.content) == (206, b"FF")
        assert time.monotonic() - began < 5


def test_the_player_is_fetched_until_its_waveform_is_there(agent: Client, settings: Any) -> None:
    settings.VAPI_API_KEY = KEY
    call = recorded()
    waiting = agent.get("/calls/c1/player").content.decode()
    assert 'data-live="c1"' in waiting
    assert "The waveform is being computed." in waiting
    Recording.objects.update(state="ready", peaks=b"\x80\x7f", duration_ms=30_000)
    Interruption.objects.create(call=call, caller_began_at=call.began_at + timedelta(seconds=15), gap_ms=300)
    ready = agent.get("/calls/c1/player").content.decode()
    assert "data-live" not in ready
    assert 'data-peaks="gH8="' in ready
    assert '<rect class="mark-interruption" x="500"' in ready


def test_a_call_without_a_report_waits_for_its_player_and_one_without_a_recording_has_none(agent: Client) -> None:
    running, silent = build.call(), build.ended()
    Report.objects.create(call=silent, reported_at=timezone.now())
    assert "data-live" in agent.get(f"/calls/{running.vapi_id}/player").content.decode()
    page = agent.get(f"/calls/{silent.vapi_id}/player").content.decode()
    assert "data-live" not in page
    assert "hidden" in page


def test_a_line_can_be_played_only_where_there_is_a_player(agent: Client, viewer: Client) -> None:
    build.say(recorded(), "Hello")
    assert 'data-seek="0.000"' in agent.get("/calls/c1/").content.decode()
    assert "data-seek" not in viewer.get("/calls/c1/").content.decode()


def test_the_policy_allows_the_waveforms_style_and_no_other() -> None:
    script = (configured.BASE_DIR / "static/vendor/wavesurfer.min.js").read_text()
    height = re.search(r"const HEIGHT = (\d+);", (configured.BASE_DIR / "static/player.js").read_text())
    style = re.search(r"<style\$\{.*?\}>(\\n.*?)</style>", script)
    assert height
    assert style
    text = re.sub(r"\$\{[^}]*\}", height[1], style[1].replace("\\n", "\n"))
    sum_of_it = b64encode(sha256(text.encode()).digest()).decode()
    assert f"sha256-{sum_of_it}" == WAVEFORM_STYLE
