"""The caller, from the signed call and never from what the model was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import phonenumbers

from calls.message import Message, as_object, as_text


@dataclass(frozen=True, slots=True)
class Caller:
    """`number` is E.164, empty where the call has none (web calls) or it is withheld."""

    number: str = ""


def caller_of(message: Message) -> Caller:
    sources: tuple[Mapping[str, Any], ...] = (
        message.object("customer"),
        as_object(message.object("call").get("customer")),
    )
    numbers = (e164(as_text(source.get("number"), 40)) for source in sources)
    return Caller(next((number for number in numbers if number), ""))


def e164(text: str) -> str:
    """The number as E.164; empty where it is not an international number."""
    try:
        parsed = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
