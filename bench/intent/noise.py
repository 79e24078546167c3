"""What speech recognition does to a sentence: no punctuation, mishearings, small words dropped, split over turns.

Each half has mishearings of its own beside the common ones. What turns a sentence into its opposite (a lost "not" or
"if") is left alone: no label would hold.
"""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256

from bench.intent.frames import Sentence

COMMON = {"don't": "dont", "cancelled": "canceled", "i'm": "im", "can't": "cant", "i'll": "ill"}
MISHEARD = {
    "development": COMMON | {"cancel": "council", "refund": "re fund", "close": "clothes", "to": "two", "not": "knot"},
    "test": COMMON | {"cancel": "counsel", "refund": "refunned", "close": "cloze", "account": "a count", "to": "too", "please": "pleas", "no": "know", "order": "odor"},
}  # fmt: skip
DROPPED = {"the", "a", "my", "please", "to", "just", "so", "you", "and"}
ONE_IN_MISHEARD, ONE_IN_DROPPED, ONE_IN_SPLIT = 4, 6, 3


def noisy(sentence: Sentence) -> Sentence:
    """The same each time."""
    turns: list[tuple[str, str]] = []
    for role, text in sentence.turns:
        heard = [text] if role == "bot" else _heard(text, MISHEARD[sentence.half])
        turns += [(role, part) for part in heard if part]
    return replace(sentence, turns=tuple(turns))


def _heard(text: str, misheard: dict[str, str]) -> list[str]:
    words = re.sub(r"[.,?!]", "", text.lower()).split()
    kept = [word for at, word in enumerate(words) if word not in DROPPED or _dice(text, at, "drop") % ONE_IN_DROPPED]
    heard = [misheard.get(w, w) if not _dice(text, at, w) % ONE_IN_MISHEARD else w for at, w in enumerate(kept)]
    if len(heard) < 4 or _dice(text, 0, "split") % ONE_IN_SPLIT:
        return [" ".join(heard)]
    at = 1 + _dice(text, 0, "where") % (len(heard) - 1)
    return [" ".join(heard[:at]), " ".join(heard[at:])]


def _dice(text: str, at: int, word: str) -> int:
    return int.from_bytes(sha256(f"{text}|{at}|{word}".encode()).digest()[:4])
