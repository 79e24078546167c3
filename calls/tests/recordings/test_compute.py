"""A waveform is computed once; what cannot be yet is tried again at the time its row says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections
from django.utils import timezone

from calls.models import Call, Recording
from calls.recordings import compute
from calls.recordings.download import arriving
from calls.tests.recordings.test_peaks import wav
from calls.tests.vapi.upstream import KEY, Answer, Upstream, upstream

pytestmark = pytest.mark.django_db(transaction=True)
SOUND = wav([0, 8_000] * 4_000)


@pytest.fixture
def vapi(settings: Any) -> Iterator[Upstream]:
    with upstream() as there:
        settings.VAPI_API_URL, settings.VAPI_API_KEY, settings.LOCAL_MODE = there.url, KEY, True
        there.answers = {"/call": Answer(200, SOUND)}
        yield there


def waiting(vapi_id: str = "c1", **fields: Any) -> Recording:
    return Recording.objects.create(call=Call.objects.create(vapi_id=vapi_id), **fields)


def due_again() -> None:
    Recording.objects.update(next_attempt_at=timezone.now())


def test_it_is_downloaded_once_and_outside_any_transaction(vapi: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    recording, in_transaction = waiting(), []

    def noted(call_id: str) -> Any:
        in_transaction.append(connection.in_atomic_block)
        return arriving(call_id)

    monkeypatch.setattr(compute, "arriving", noted)
    assert compute.compute_due() == 1
    due_again()
    assert compute.compute_due() == 0
    recording.refresh_from_db()
    assert (recording.state, recording.duration_ms, recording.attempts) == ("ready", 1_000, 1)
    assert set(bytes(recording.peaks or b"")) == {0, 31}
    assert (len(vapi.asked), in_transaction) == (1, [False])


def test_what_is_not_there_yet_waits_longer_each_time_and_fails_in_the_end(vapi: Upstream) -> None:
    recording = waiting()
    vapi.answers = {"/call": Answer(404)}
    waits = []
    for _ in range(len(compute.WAIT_S) + 1):
        due_again()
        assert compute.compute_due() == 1
        recording.refresh_from_db()
        waits.append(round((recording.next_attempt_at - timezone.now()) / timedelta(seconds=1)))
    assert waits[:4] == [5, 10, 20, 60]
    assert (recording.state, recording.attempts) == ("failed", 9)
    assert "no recording of this call" in recording.error


def test_one_that_comes_late_is_drawn(vapi: Upstream) -> None:
    recording = waiting()
    vapi.answers = {"/call": Answer(404)}
    compute.compute_due()
    assert compute.compute_due() == 0
    vapi.answers = {"/call": Answer(200, SOUND)}
    due_again()
    compute.compute_due()
    recording.refresh_from_db()
    assert (recording.state, recording.error, recording.attempts) == ("ready", "", 2)


def test_what_was_deleted_is_not_asked_for_again(vapi: Upstream) -> None:
    recording = waiting()
    vapi.answers = {"/call": Answer(410)}
    compute.compute_due()
    recording.refresh_from_db()
    assert recording.state == "failed"


def test_another_format_is_unsupported_and_still_plays(vapi: Upstream) -> None:
    recording = waiting()
    vapi.answers = {"/call": Answer(200, b"ID3 mp3 mp3 mp3", {"content-type": "audio/mpeg"})}
    compute.compute_due()
    recording.refresh_from_db()
    assert recording.state == "unsupported"


def test_without_a_key_no_attempt_is_used_up(vapi: Upstream, settings: Any) -> None:
    settings.VAPI_API_KEY = ""
    recording = waiting(attempts=3)
    compute.compute_due()
    recording.refresh_from_db()
    assert (recording.state, recording.attempts) == ("waiting", 0)
    assert recording.next_attempt_at > timezone.now()


def test_a_download_that_kills_its_worker_is_counted_before_it_begins(
    vapi: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = waiting()

    def die(call_id: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(compute, "arriving", die)
    with pytest.raises(KeyboardInterrupt):
        compute.compute_due()
    recording.refresh_from_db()
    assert recording.attempts == 1
    assert recording.next_attempt_at > timezone.now()
    monkeypatch.undo()
    assert compute.compute_due() == 0


def test_only_one_worker_downloads(vapi: Upstream) -> None:
    waiting()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [compute.ONE_AT_A_TIME])
        assert compute.compute_due() == 0
        with other.cursor() as cursor:  # closing would give it back a moment later
            cursor.execute("SELECT pg_advisory_unlock(%s)", [compute.ONE_AT_A_TIME])
    finally:
        other.close()
    assert compute.compute_due() == 1


def test_a_ready_recording_cannot_be_without_its_peaks() -> None:
    with pytest.raises(IntegrityError):
        waiting(state="ready")
