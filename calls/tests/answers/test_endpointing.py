"""How long the agent waits for more. Through the DRF view and through the lane."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.answers.endpointing import timeout_s
from calls.tests.answers.judged import asked
from calls.tests.conftest import Post

REQUEST = "call.endpointing.request__dictation"


def test_a_number_that_is_read_out_is_waited_for(post: Post) -> None:
    assert asked(post, REQUEST) == {"timeoutSeconds": 2.0}


@pytest.mark.parametrize("messages", [[], None, 7, [None], [{"role": "bot", "message": "and"}]])
def test_without_words_it_is_neither_short_nor_long(post: Post, messages: Any) -> None:
    assert asked(post, REQUEST, messages=messages, messagesOpenAIFormatted=[]) == {"timeoutSeconds": 0.8}


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Yes.", 0.3),
        ("no", 0.3),
        ("I want to cancel my order.", 0.4),
        ("Where is my parcel?", 0.4),
        ("What is it for?", 0.4),
        ("I would like the blue one.", 0.4),
        ("where is my parcel", 0.8),
        ("I want to cancel my order and", 1.8),
        ("I want to cancel my order and.", 1.8),
        ("I want to, um,", 1.8),
        ("It was the", 1.8),
        ("I ordered it because…", 1.8),
        ("I would like to", 1.8),
        ("the par-", 1.8),
        ("the thing is,", 1.8),
        ("My ticket number is", 2.0),
        ("My number's four.", 2.0),
        ("one two three", 2.0),
        ("It is 1 2 3.", 2.0),
        ("plus four four seven seven double", 2.0),
    ],
)
def test_the_wait_follows_from_how_the_words_end(words: str, seconds: float) -> None:
    assert timeout_s(words) == seconds


@given(st.text())
def test_any_words_give_a_wait_that_vapi_takes(words: str) -> None:
    assert 0 <= timeout_s(words) <= 15
