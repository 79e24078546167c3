"""A reply as it goes over the wire. JSON, unless it says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Reply:
    body: bytes
    content_type: str = "application/json"


NOTHING = Reply(b"{}")


def as_reply(answer: dict[str, Any] | Reply) -> Reply:
    return answer if isinstance(answer, Reply) else Reply(msgspec.json.encode(answer))
