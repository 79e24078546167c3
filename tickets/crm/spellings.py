"""Phone numbers as people write them into a CRM, and whether one may be the number of a call."""

from __future__ import annotations

from collections.abc import Iterable

import phonenumbers

TAIL = 9


def spellings(number: str) -> list[str]:
    """`number` is E.164: its end, which is part of what is written without spaces, and as it is written with them."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return []
    formats = (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return list(dict.fromkeys([tail(number), *(phonenumbers.format_number(parsed, one) for one in formats)]))


def may_be_same(number: str, written: Iterable[str]) -> bool:
    """Also where the country is not written: whoever asks decides what that is worth."""
    return any(_may_be(number, one) for one in written)


def _may_be(number: str, written: str) -> bool:
    digits = "".join(character for character in written if character.isdigit())
    international = written.strip().startswith(("+", "00"))
    if international:
        return number == f"+{digits.removeprefix('00')}"
    return len(digits) >= TAIL - 2 and tail(number) == tail(digits)


def tail(digits: str) -> str:
    return "".join(character for character in digits if character.isdigit())[-TAIL:]
