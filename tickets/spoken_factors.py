"""Second factors as people say them and transcribers write them: digits, addresses, postcodes."""

from __future__ import annotations

import re

from tickets.spoken import LONGEST_TEXT, spelled_digits

_WORDS = {
    "at": "@",
    "dot": ".",
    "point": ".",
    "period": ".",
    "underscore": "_",
    "dash": "-",
    "hyphen": "-",
    "plus": "+",
}
_SKIPPED = frozenset("my is it it's its the email e-mail address postcode pin".split())
_DIGITS = dict(zip("zero one two three four five six seven eight nine".split(), "0123456789", strict=True))


def pin(said: str) -> str:
    """ "one two three four", "1 2 3 4", "double one two two" → digits; empty where there are none."""
    return spelled_digits(said)


def email(said: str) -> str:
    """ "jane dot doe at example dot com", "j a n e at example dot com" → lower case, without spaces."""
    tokens = re.findall(r"[a-z0-9][a-z0-9'-]*|[@._+-]", said.lower()[:LONGEST_TEXT])
    kept = [token for token in tokens if token not in _SKIPPED]
    return "".join(_WORDS.get(token, _DIGITS.get(token, token)) for token in kept)


def postcode(said: str) -> str:
    """ "S W one A one A A", "sw1a 1aa" → SW1A1AA."""
    tokens = re.findall(r"[a-z0-9']+", said.lower()[:LONGEST_TEXT])
    kept = [token for token in tokens if token not in _SKIPPED]
    return "".join(_DIGITS.get(token, token) for token in kept).upper()
