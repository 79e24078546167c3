"""Words as they are spoken, on a real Redis."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from calls.intake import words
from calls.message import Message, decode_fields
from supportvoice import live

NOW_MS = 1_795_244_400_000


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the live board was told."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(live, "publish", lambda topic, payload: told.append({"topic": topic, **payload}))
    return told


@pytest.fixture
def call_id() -> str:
    return f"call-{uuid4()}"


def spoken(call_id: str, text: str, at_ms: int, role: str = "user", kind: str = "partial") -> Message:
    fields = {"type": "transcript", "role": role, "transcriptType": kind, "transcript": text, "timestamp": at_ms}
    return Message(decode_fields(msgspec.json.encode({**fields, "call": {"id": call_id}})))


def test_words_are_told_live_and_kept_for_whoever_comes_later(heard: list[dict[str, Any]], call_id: str) -> None:
    assert words.hear(spoken(call_id, "my ticket is", NOW_MS), NOW_MS)
    told = {"topic": "words", "call": call_id, "role": "user", "text": "my ticket is", "at_ms": NOW_MS, "final": False}
    assert heard == [told]
    assert words.latest([call_id, "another"]) == {call_id: words.Words("user", "my ticket is", NOW_MS, final=False)}


def test_the_newest_words_of_either_role_are_kept(heard: list[dict[str, Any]], call_id: str) -> None:
    words.hear(spoken(call_id, "hello", NOW_MS + 500, role="assistant", kind="final"), NOW_MS)
    words.hear(spoken(call_id, "hi", NOW_MS), NOW_MS)
    assert words.latest([call_id])[call_id].text == "hello"


@pytest.mark.parametrize(("late_ms", "shown"), [(1_001, False), (1_000, True), (-5_000, True)])
def test_words_more_than_a_second_behind_the_newest_of_their_role_are_dropped(
    heard: list[dict[str, Any]], call_id: str, late_ms: int, shown: bool
) -> None:
    words.hear(spoken(call_id, "newest", NOW_MS, kind="final"), NOW_MS)
    assert words.hear(spoken(call_id, "late", NOW_MS - late_ms), NOW_MS) is shown
    assert len(heard) == 1 + shown


def test_late_words_never_replace_newer_ones(heard: list[dict[str, Any]], call_id: str) -> None:
    words.hear(spoken(call_id, "newest", NOW_MS), NOW_MS)
    words.hear(spoken(call_id, "a little late", NOW_MS - 300), NOW_MS)
    assert words.latest([call_id])[call_id].text == "newest"


def test_the_other_role_is_judged_by_its_own_words(heard: list[dict[str, Any]], call_id: str) -> None:
    words.hear(spoken(call_id, "agent", NOW_MS, role="assistant"), NOW_MS)
    assert words.hear(spoken(call_id, "caller", NOW_MS - 9_000, role="user"), NOW_MS)


@pytest.mark.parametrize("role", ["", "system", "x" * 50])
def test_only_caller_and_agent_are_heard(heard: list[dict[str, Any]], call_id: str, role: str) -> None:
    assert not words.hear(spoken(call_id, "x", NOW_MS, role=role), NOW_MS)
    assert not heard


def test_they_are_forgotten_by_themselves(heard: list[dict[str, Any]], call_id: str) -> None:
    words.hear(spoken(call_id, "x", NOW_MS), NOW_MS)
    assert 0 < words._redis().ttl(f"words:{call_id}") <= words.KEPT_S
