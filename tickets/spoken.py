"""Ticket numbers as people say them and transcribers write them."""

from __future__ import annotations

import re


def _numbered(words: str, start: int, step: int = 1) -> dict[str, int]:
    return {word: start + place * step for place, word in enumerate(words.split())}


_DIGITS = {
    **_numbered("zero one two three four five six seven eight nine", 0),
    # and what transcribers make of them
    "oh": 0,
    "o": 0,
    "nought": 0,
    "won": 1,
    "to": 2,
    "too": 2,
    "for": 4,
    "fore": 4,
    "ate": 8,
}
_TEENS = _numbered("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10)
_TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, step=10)
_SCALES = {"hundred": 100, "thousand": 1000}
_REPEATS = {"double": 2, "triple": 3}
_SKIPPED = frozenset(_numbered("t k tk ticket number no dash hyphen hash minus and a please the is it its it's my", 0))
_TOKEN = re.compile(r"[a-z']+|\d+")
LONGEST_TEXT = 200


def ticket_number(said: str | int) -> int | None:
    """12345 from 12345, "TK-12345", "T K dash 12345", "one two three four five" or "twelve three forty-five".

    None where the text holds no number, or words that are none.
    """
    if isinstance(said, int):
        return said if said > 0 else None
    tokens = [token for token in _TOKEN.findall(said.lower()[:LONGEST_TEXT]) if token not in _SKIPPED]
    if any(token in _SCALES for token in tokens):
        return _cardinal(tokens)
    digits = _spelled(tokens)
    return int(digits) or None if digits else None


def spelled_digits(said: str) -> str:
    """The digits of a code, leading noughts and all; empty where words are none."""
    tokens = [token for token in _TOKEN.findall(said.lower()[:LONGEST_TEXT]) if token not in _SKIPPED | {"pin", "code"}]
    return _spelled(tokens) or ""


def _spelled(tokens: list[str]) -> str | None:
    """The digits one after the other; tens take the digit that follows: "forty five" is 45."""
    digits, position = "", 0
    while position < len(tokens):
        token, following = tokens[position], tokens[position + 1] if position + 1 < len(tokens) else ""
        if token in _REPEATS and _single(following) is not None:
            digits += str(_single(following)) * _REPEATS[token]
            position += 1
        elif token in _TENS:
            unit = _DIGITS.get(following, 0) if len(following) > 1 else 0
            digits += str(_TENS[token] + unit)
            position += 1 if unit else 0
        elif (value := _value(token)) is not None:
            digits += value
        else:
            return None
        position += 1
    return digits


def _value(token: str) -> str | None:
    if token.isdigit():
        return token
    number = _DIGITS.get(token, _TEENS.get(token))
    return None if number is None else str(number)


def _single(token: str) -> int | None:
    return int(token) if len(token) == 1 and token.isdigit() else _DIGITS.get(token)


def _cardinal(tokens: list[str]) -> int | None:
    """ "twelve thousand three hundred forty five" """
    total = group = 0
    for token in tokens:
        if token in _SCALES:
            group = (group or 1) * _SCALES[token]
            if _SCALES[token] == 1000:
                total, group = total + group, 0
            continue
        number = _DIGITS.get(token, _TEENS.get(token, _TENS.get(token)))
        if number is None and not token.isdigit():
            return None
        group += int(token) if number is None else number
    return total + group or None
