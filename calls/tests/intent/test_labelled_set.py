"""The labelled set: large enough, balanced, and its halves share nothing."""

from __future__ import annotations

import re
from collections import Counter

from bench.intent.frames import INTENTS, sentences
from bench.intent.score import score

DEVELOPMENT, TEST = list(sentences("development")), list(sentences("test"))


def tokens(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w']+", text.lower()))


def test_it_is_large_and_balanced() -> None:
    assert len(DEVELOPMENT) + len(TEST) >= 1_500
    assert sum(one.label not in INTENTS for one in TEST) >= 300
    for half in (DEVELOPMENT, TEST):
        assert min(Counter(one.intent for one in half).values()) > 0.3 * len(half)


def test_no_sentence_of_one_half_is_nearly_one_of_the_other() -> None:
    known = {tokens(one.text) for one in DEVELOPMENT}
    near = [one.text for one in TEST if len(tokens(one.text)) > 3 and any(_alike(tokens(one.text), it) for it in known)]
    assert near == []


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > 0.85 * len(one | other)


def test_the_rules_hold_on_the_half_they_were_made_on() -> None:
    wrong = [one.sentence.text for one in map(score, DEVELOPMENT) if one.is_false_positive]
    assert wrong == []
