"""What a caller means, from what the caller says."""

from __future__ import annotations

import pytest

from calls.intent import ASK, DO, DONT, Turn, judge, judge_all
from calls.intent.dialogue import turns


def caller(*texts: str) -> list[Turn]:
    return turns([{"role": "user", "message": text} for text in texts])


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("cancel my order", DO),
        ("I don't want to cancel my order", DONT),
        ("don't call me back, just cancel it", DO),
        ("dont call me back just cancel it", DO),
        ("wait, no, actually just cancel it", DO),
        ("if it doesn't come by Friday I'll cancel", ASK),
        ("can I cancel?", ASK),
        ("my husband said cancel it", ASK),
        ("not the blue one, cancel the red one", DO),
        ("cancel my order. no wait, don't", DONT),
        ("yes", ASK),
        ("where is my order", ASK),
    ],
)
def test_the_callers_words_decide(said: str, verdict: str) -> None:
    assert judge(caller(said), "cancel").verdict == verdict


@pytest.mark.parametrize(
    ("asked", "said", "verdict"),
    [
        ("Shall I ask for order 4512 to be cancelled?", "yes", DO),
        ("Shall I cancel the order?", "no", DONT),
        ("Shall I cancel the order?", "yes, I can hear you", ASK),
        ("Shall I cancel the order or keep it?", "yes", ASK),
        ("Are you Ann?", "yes", ASK),
        ("Have you cancelled it before?", "yes", ASK),
    ],
)
def test_a_yes_counts_only_as_the_answer_to_a_confirming_question(asked: str, said: str, verdict: str) -> None:
    said_so = turns([{"role": "bot", "message": asked}, {"role": "user", "message": said}])
    assert judge(said_so, "cancel").verdict == verdict


def test_a_sentence_split_over_turns_is_one() -> None:
    assert judge(caller("I want", "to cancel my order"), "cancel").verdict == DO
    assert judge(caller("I don't want", "to cancel my order"), "cancel").verdict == DONT


def test_an_order_for_one_thing_is_none_for_another() -> None:
    assert judge(caller("refund my order"), "cancel").verdict != DO
    assert judge_all(caller("refund my order")).outcome == "refund"
