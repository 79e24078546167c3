"""What the model is told is one line: a line break in a result makes Vapi lose it."""

from __future__ import annotations

import json
from typing import Any


def one_line(value: str | dict[str, Any]) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())
