"""A custom voice gets silence of the right length and rate, and the call says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from calls.models import Call
from calls.projection.run import project_pending
from calls.tests.answers.judged import asked
from calls.tests.conftest import Post, load

REQUEST = "voice-request__sentence"
CALL_ID = "0199c1aa-7b1e-7c30-a0d5-3f4b8e9a1001"


def test_the_reply_is_audio_and_not_json(post: Post) -> None:
    response = post(load(REQUEST))
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-length"] == str(len(response.content))
    assert set(response.content) == {0}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", 1), ("Yes.", 1), ("a" * 150, 10), ("word " * 3_000, 30), (None, 1), ({"a": 1}, 1)],
)
def test_it_lasts_as_long_as_the_words_would(post: Post, text: Any, seconds: float) -> None:
    assert len(asked(post, REQUEST, text=text, sampleRate=8_000)) == seconds * 8_000 * 2


@pytest.mark.parametrize(
    ("rate", "used"),
    [
        *((8_000, 8_000), (16_000, 16_000), (24_000.0, 24_000), (44_100, 44_100), (48_000, 48_000)),
        *((0, 24_000), (-1, 24_000), (10**12, 24_000), ("16000", 24_000), (None, 24_000), (True, 24_000)),
    ],
)
def test_it_has_the_rate_that_was_asked_for(post: Post, rate: Any, used: int) -> None:
    assert len(asked(post, REQUEST, text="", sampleRate=rate)) == used * 2


def test_the_call_is_flagged_and_its_page_says_who_does_what(post: Post, admin_client: Client) -> None:
    for stamp in (1795244405000, 1795244409000, 1795244409000):
        asked(post, REQUEST, timestamp=stamp)
    project_pending()
    assert Call.objects.get().silenced_count == 2
    page = admin_client.get(f"/calls/{CALL_ID}/").content.decode()
    assert "The caller could not hear the agent." in page
    assert "2 times" in page
    assert "sets another voice provider on the assistant" in page


def test_other_calls_are_not_flagged(post: Post, admin_client: Client) -> None:
    post(load("status-update__in-progress"))
    project_pending()
    assert "could not hear" not in admin_client.get(f"/calls/{Call.objects.get().vapi_id}/").content.decode()
