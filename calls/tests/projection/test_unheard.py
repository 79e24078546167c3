"""What the agent had ready to say and did not get to say, and what no event can tell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.models import Turn
from calls.projection.message import StoredMessage
from calls.projection.unheard import rest, unheard
from calls.tests.projection import build
from calls.tests.projection.build import T0, event, folded, row

POLICY = "Our policy has three parts. First, nothing is free."
HEARD = "Our policy has three"


def ready(at: int, text: Any = POLICY, turn: Any = 1) -> dict[str, Any]:
    call = {"id": build.CALL, "type": "webCall"}
    return {"type": "assistant.speechStarted", "timestamp": T0 + at, "call": call, "text": text, "turn": turn}


def spoken(at: int, *texts: str) -> dict[str, Any]:
    """The agent's turns, one second each, from second to second."""
    messages = [
        {"role": "bot", "message": text, "time": T0 + 1_000 * place, "endTime": T0 + 1_000 * place + 900}
        for place, text in enumerate(texts)
    ]
    return build.body("conversation-update__messages", at, messages=messages)


def left(*messages: dict[str, Any]) -> list[str]:
    return unheard(folded(*(StoredMessage(row(message)) for message in messages)))


def test_the_rest_of_what_was_ready_was_not_heard() -> None:
    assert left(ready(10), spoken(2_000, HEARD)) == ["parts. First, nothing is free."]


def test_the_text_that_grew_longest_counts() -> None:
    assert left(ready(900), ready(10, "Our policy has"), spoken(2_000, HEARD)) == ["parts. First, nothing is free."]


@pytest.mark.parametrize("heard", [POLICY, "OUR POLICY, has three parts: first nothing is free", "Our order has", "x"])
def test_what_was_heard_whole_or_differs_in_a_word_leaves_nothing(heard: str) -> None:
    assert left(ready(10), spoken(2_000, heard)) == [""]


def test_it_is_the_turn_that_began_then() -> None:
    assert left(ready(3_010), spoken(4_000, HEARD, "a", "b", HEARD)) == ["", "", "", "parts. First, nothing is free."]
    assert left(ready(9_000), spoken(10_000, HEARD)) == [""]


def test_what_is_still_being_said_is_not_called_unheard() -> None:
    speaking = build.body("speech-update__agent-started", 0)
    stopped = build.body("speech-update__agent-stopped", 2_500)
    assert left(speaking, ready(10), spoken(2_000, HEARD)) == [""]
    assert left(speaking, ready(10), spoken(2_000, HEARD), stopped) == ["parts. First, nothing is free."]


def test_fragments_alone_do_not_tell_what_comes_next() -> None:
    final = build.body("transcript__final-agent-bracket", 900, transcript=HEARD)
    assert left(ready(890), final) == [""]


@pytest.mark.parametrize(("text", "turn"), [(None, 1), (5, 1), ("", 1), (POLICY, None), (POLICY, "1"), (POLICY, 1e400)])
def test_a_message_without_words_or_number_tells_nothing(text: Any, turn: Any) -> None:
    assert left(ready(10, text, turn), spoken(2_000, HEARD)) == [""]


def test_the_models_tokens_are_no_evidence() -> None:
    tokens = event("model-output__token", 10, output=POLICY)
    assert unheard(folded(tokens, StoredMessage(row(spoken(2_000, HEARD))))) == [""]


@given(st.lists(st.from_regex(r"[a-z]{1,6}[.,]?", fullmatch=True), min_size=2, max_size=12), st.data())
def test_heard_and_rest_are_the_whole(words: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(words) - 1))
    assert rest(" ".join(words[:cut]), " ".join(words)) == " ".join(words[cut:])


@pytest.mark.django_db
def test_it_is_written_with_the_turn() -> None:
    build.project(ready(10), spoken(2_000, HEARD))
    assert Turn.objects.get().unheard == "parts. First, nothing is free."
