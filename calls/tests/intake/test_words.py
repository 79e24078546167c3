"""Words as they are spoken, on a real Redis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from calls.intake import words
from calls.message import Message, decode_fields
from supportvoice import live
from tests.stack import wait_until

NOW_MS = 1_795_244_400_000


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the live board was told."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(
        live, "publish", lambda topic, *payloads: told.extend({"topic": topic, **one} for one in payloads)
    )
    return told


@pytest.fixture
def call_id() -> str:
    return f"call-{uuid4()}"


def spoken(call_id: str, text: str, at_ms: int, role: str = "user", kind: str = "partial") -> Message:
    fields = {"type": "transcript", "role": role, "transcriptType": kind, "transcript": text, "timestamp": at_ms}
    return Message(decode_fields(msgspec.json.encode({**fields, "call": {"id": call_id}})))


def hear(*messages: Message) -> None:
    """At once, where the process itself waits a moment for more."""
    words.show([said for message in messages if (said := words.spoken(message, NOW_MS))])


def test_words_are_told_live_and_kept_for_whoever_comes_later(heard: list[dict[str, Any]], call_id: str) -> None:
    hear(spoken(call_id, "my ticket is", NOW_MS))
    told = {"topic": "words", "call": call_id, "role": "user", "text": "my ticket is", "at_ms": NOW_MS, "final": False}
    assert heard == [told]
    assert words.latest([call_id, "another"]) == {call_id: words.Words("user", "my ticket is", NOW_MS, final=False)}


def test_the_newest_words_of_either_role_are_kept(heard: list[dict[str, Any]], call_id: str) -> None:
    hear(spoken(call_id, "hello", NOW_MS + 500, role="assistant", kind="final"))
    hear(spoken(call_id, "hi", NOW_MS))
    assert words.latest([call_id])[call_id].text == "hello"


@pytest.mark.parametrize(("late_ms", "shown"), [(1_001, False), (1_000, True), (-5_000, True)])
def test_words_more_than_a_second_behind_the_newest_of_their_role_are_dropped(
    heard: list[dict[str, Any]], call_id: str, late_ms: int, shown: bool
) -> None:
    hear(spoken(call_id, "newest", NOW_MS, kind="final"))
    hear(spoken(call_id, "late", NOW_MS - late_ms))
    assert [one["text"] for one in heard] == ["newest", "late"][: 1 + shown]


def test_late_words_never_replace_newer_ones(heard: list[dict[str, Any]], call_id: str) -> None:
    hear(spoken(call_id, "newest", NOW_MS))
    hear(spoken(call_id, "a little late", NOW_MS - 300))
    assert words.latest([call_id])[call_id].text == "newest"


def test_the_other_role_is_judged_by_its_own_words(heard: list[dict[str, Any]], call_id: str) -> None:
    hear(spoken(call_id, "agent", NOW_MS, role="assistant"))
    hear(spoken(call_id, "caller", NOW_MS - 9_000, role="user"))
    assert [one["text"] for one in heard] == ["agent", "caller"]


@pytest.mark.parametrize("role", ["", "system", "x" * 50])
def test_only_caller_and_agent_are_heard(heard: list[dict[str, Any]], call_id: str, role: str) -> None:
    hear(spoken(call_id, "x", NOW_MS, role=role))
    assert not heard


def test_they_are_forgotten_by_themselves(heard: list[dict[str, Any]], call_id: str) -> None:
    hear(spoken(call_id, "x", NOW_MS))
    assert 0 < words._redis().ttl(f"words:{call_id}") <= words.KEPT_S


def test_what_is_said_while_earlier_words_are_shown_goes_together(
    heard: list[dict[str, Any]], call_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    show = words.show

    def counted(said: Sequence[words.Spoken]) -> None:
        batches.append(len(said))
        show(said)

    monkeypatch.setattr(words, "show", counted)
    speaker = words.Speaker()
    for number in range(300):
        speaker.say((call_id, words.Words("user", str(number), NOW_MS + number, final=True)))
    wait_until(lambda: len(heard) == 300, 5, what="the words")
    assert [one["text"] for one in heard] == [str(number) for number in range(300)]
    assert len(batches) <= 5


def test_while_redis_is_away_words_are_dropped_and_the_next_ones_shown(
    heard: list[dict[str, Any]], call_id: str, settings: Any
) -> None:
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    hear(spoken(call_id, "unheard", NOW_MS))
    settings.REDIS_URL = there
    hear(spoken(call_id, "heard", NOW_MS))
    assert [one["text"] for one in heard] == ["heard"]
