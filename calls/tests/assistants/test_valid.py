"""Our table says of a document what Vapi's published one says of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.assistants.fields_from_openapi import fields_of
from calls.assistants.valid import FIELDS, problems, table
from calls.tests.assistants.openapi import document, needs_the_document, refusals

SOUND = {
    "name": "Support",
    "model": {"provider": "openai", "model": "gpt-4o-mini", "messages": [{"role": "system", "content": "Hi"}]},
    "voice": {"provider": "11labs", "voiceId": "sarah"},
    "transcriber": {"provider": "deepgram", "model": "nova-3", "endpointing": 300},
    "serverMessages": ["transcript"],
    "stopSpeakingPlan": {"numWords": 0, "voiceSeconds": 0.2},
    "maxDurationSeconds": 600,
}
NOT_SOUND: list[tuple[str, Any, str]] = [
    ("name", "x" * 41, "name: has 41 characters; 40 is the most."),
    ("maxDurationSeconds", 5, "maxDurationSeconds: is 5; 10 is the least."),
    ("maxDurationSeconds", "600", "maxDurationSeconds: must be a number, not text."),
    ("maxDurationSeconds", True, "maxDurationSeconds: must be a number, not true or false."),
    ("serverMessages", ["transcripts"], "serverMessages[0]: is 'transcripts', which Vapi does not know. Did you mean"),
    ("serverMessages", "transcript", "serverMessages: must be a list, not text."),
    ("voice", {"provider": "11labs", "voiceId": "sarah", "pitch": 1}, "voice.pitch: is no field of Vapi's here."),
    ("voice", {"provider": "11lab", "voiceId": "sarah"}, "voice.provider: is '11lab', which Vapi does not know."),
    ("voice", {"voiceId": "sarah"}, "voice.provider: is missing."),
    ("server", {"uri": "https://x"}, "server.uri: is no field of Vapi's here. Did you mean url?"),
    ("firstMessage", None, "firstMessage: is empty (null); leave the key out instead."),
]  # fmt: skip


def test_a_sound_document_has_no_problem() -> None:
    assert problems("CreateAssistantDTO", SOUND) == []


@pytest.mark.parametrize(("key", "value", "said"), NOT_SOUND)
def test_what_is_wrong_is_said_with_its_path(key: str, value: Any, said: str) -> None:
    (problem, *_) = problems("CreateAssistantDTO", SOUND | {key: value})
    assert str(problem).startswith(said)


@needs_the_document
@pytest.mark.parametrize(("key", "value", "said"), NOT_SOUND)
def test_the_published_document_refuses_it_too(key: str, value: Any, said: str) -> None:
    assert refusals("CreateAssistantDTO", SOUND | {key: value}), said


@needs_the_document
def test_the_table_is_that_of_the_published_document() -> None:
    assert FIELDS.read_text() == fields_of(document()), "make it anew: calls/assistants/fields_from_openapi.py says how"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(table()["objects"]["CreateAssistantDTO"]["fields"])), JUNK, max_size=4))
def test_nothing_makes_it_raise(value: dict[str, Any]) -> None:
    problems("CreateAssistantDTO", value)
