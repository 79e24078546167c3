"""The caller, from the signed call and never from what the model was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calls.message import Message, as_object, as_text
from tickets.phone import e164


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
