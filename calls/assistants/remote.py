"""Vapi's side as documents that can be compared with ours: what is read-only is left out, ids become names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calls.assistants.build import KINDS, MARK, SCHEMAS, name_of
from calls.assistants.files import ASSISTANT
from calls.assistants.valid import field_names
from calls.vapi.rest import Rest

# Where Vapi wants ids, by the last key of the path.
ID_LISTS = {"toolIds": "tool", "structuredOutputIds": "structured-output"}
ID_FIELDS = {"assistantId": "assistant"}

Document = dict[str, Any]
Ids = Mapping[str, str]


class UnknownReferenceError(Exception):
    """A document names what is not at Vapi (yet)."""


def read_all(rest: Rest) -> dict[str, list[Document]]:
    """kind → Vapi's own documents, with their ids."""
    return {kind: [row for row in rest.list(kind) if _is_ours_to_see(kind, row)] for kind in KINDS}


def _is_ours_to_see(kind: str, row: Document) -> bool:
    return kind != "tool" or row.get("type") == "function"


def tidy(kind: str, row: Document, references: Ids) -> Document:
    """`references`: Vapi's id → @kind/key. What Vapi adds of its own (ids, times, versions) is left out."""
    known = field_names(SCHEMAS[kind])
    kept = {key: value for key, value in row.items() if key in known and value is not None}
    swapped: Document = _swapped(kept, references, must=False)
    return swapped


def with_ids(document: Document, ids: Ids) -> Document:
    """`ids`: @kind/key → Vapi's id. Raises UnknownReferenceError."""
    swapped: Document = _swapped(document, ids, must=True)
    return swapped


def _swapped(value: Any, names: Ids, *, must: bool, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _swapped(item, names, must=must, key=name) for name, item in value.items()}
    if isinstance(value, list):
        return [_one(item, names, must) if key in ID_LISTS else _swapped(item, names, must=must) for item in value]
    return _one(value, names, must) if key in ID_FIELDS else value


def _one(value: Any, names: Ids, must: bool) -> Any:
    if must and isinstance(value, str) and value.startswith("@") and value not in names:
        raise UnknownReferenceError(value)
    return names.get(value, value) if isinstance(value, str) else value


def mark_of(kind: str, row: Document) -> str:
    """The key of the file it was made of: assistants carry it, of the others it is the name."""
    if kind == ASSISTANT:
        metadata = row.get("metadata")
        return str(metadata.get(MARK, "")) if isinstance(metadata, dict) else ""
    return name_of(kind, row)
