"""An event's stored message, as people read it."""

from __future__ import annotations

import json
import zlib
from typing import Any


def pretty(body: bytes | memoryview) -> str:
    """What cannot be read says so: an event is looked at when something is wrong."""
    try:
        message: Any = json.loads(zlib.decompress(bytes(body)))
    except (ValueError, zlib.error, RecursionError) as error:
        return f"This body cannot be read: {error}"
    return json.dumps(message, indent=2, ensure_ascii=False)
