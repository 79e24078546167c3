"""An event's stored message, as people read it."""

from __future__ import annotations

import json
from typing import Any

from calls.body import unpack


def pretty(body: bytes | memoryview) -> str:
    """What cannot be read says so: an event is looked at when something is wrong."""
    try:
        message: Any = json.loads(unpack(body))
    except (ValueError, RecursionError) as error:
        return f"This body cannot be read: {error}"
    return json.dumps(message, indent=2, ensure_ascii=False)
