"""A yes counts only as the answer to the agent's own confirming question."""

from __future__ import annotations

import re

from calls.intent.mentions import MARK, marked
from calls.intent.rules import CHAIN

ASKS = re.compile(
    r"\b(?:shall|should|may|can|could) (?:i|we)\b|\b(?:do|would) you (?:want|like|wish)\b|\byou (?:would like|want)\b|\bare you sure\b|\bconfirm\b"
)
NOT_PLAIN = re.compile(
    rf"\bor\b|\b(?:not|never|without|instead of|rather than) {CHAIN[:-1]}<|\b(?:have|did|had) you\b|\bwhether\b|\b(?:know|check|see) if\b|\bwhy\b|\bhow\b|\bwhen\b"
)
YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|sure|correct|right|absolutely|definitely|exactly|okay|ok|affirmative|certainly|mhm|aye|indeed|go ahead|go for it|"
    r"do it|do that|please do|of course|by all means|sounds good|that is fine|please)\b"
)
NO = re.compile(r"\b(?:no|nope|nah|not|never)\b")
ALONE = re.compile(
    r"(?:yes|yeah|yep|yup|sure|correct|right|absolutely|definitely|exactly|okay|ok|affirmative|certainly|mhm|aye|indeed|go|ahead|for|it|do|that|"
    r"please|of|course|by|all|means|sounds|good|is|fine|thank|you|thanks|very|much|i|am|would|like|want|to|so|now|great|perfect|me|and|then|"
    r"one|two|three|four|five|six|seven|eight|nine|zero|number|order|the|my|\d+|[.,!])"
)


def is_confirming(agent: str, intent: str) -> bool:
    """`agent`: what it said last, normal. Whether a plain yes to it is an order."""
    with_marks, _ = marked(agent, intent)
    if not MARK.search(with_marks):
        return False
    sentences = [one for one in re.split(r"(?<=[.!?]) ", with_marks) if MARK.search(one)]
    return bool(ASKS.search(sentences[-1])) and not NOT_PLAIN.search(sentences[-1])


def is_yes(text: str) -> bool:
    """A yes and nothing beside it that could take it back."""
    return bool(YES.search(text)) and all(ALONE.fullmatch(word) for word in text.split())


def is_no(text: str) -> bool:
    return bool(NO.search(text)) and not YES.search(NO.sub("", text).replace("please", ""))
