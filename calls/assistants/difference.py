"""Two documents, field by field."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MISSING = object()
LONGEST_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` as they are written, empty where there is none; `lines`: a text's own difference."""

    path: str
    before: str
    after: str
    lines: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The top-level field it is in: what Vapi replaces whole."""
        return self.path.partition(".")[0].partition("[")[0]


def changes(before: Any, after: Any, path: str = "") -> list[Change]:
    return list(_changes(before, after, path))


def _changes(before: Any, after: Any, path: str) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            inner = f"{path}.{key}" if path else key
            yield from _changes(before.get(key, MISSING), after.get(key, MISSING), inner)
    elif _are_objects(before) and _are_objects(after) and len(before) == len(after):
        for position, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _changes(one, other, f"{path}[{position}]")
    elif _same(before, after):
        return
    else:
        yield Change(path, written(before), written(after), _lines(before, after))


def _same(before: Any, after: Any) -> bool:
    return before is not MISSING and after is not MISSING and bool(before == after)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def written(value: Any) -> str:
    if value is MISSING:
        return ""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _lines(before: Any, after: Any) -> tuple[str, ...]:
    """Of texts with more than one line only what differs, with a line around it."""
    if not (isinstance(before, str) and isinstance(after, str)) or "\n" not in before + after:
        return ()
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return tuple(line for line in list(found)[2:])
