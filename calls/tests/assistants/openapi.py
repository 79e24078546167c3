"""Vapi's published OpenAPI document as an oracle beside our own table, where this machine has it."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "vapi-openapi.json"
PATH = Path(os.environ.get("VAPI_OPENAPI", BESIDE))

needs_the_document = pytest.mark.skipif(
    not PATH.exists(), reason="Vapi's OpenAPI document is not here: set VAPI_OPENAPI to its path"
)


@cache
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(PATH.read_text())
    return loaded


def refusals(schema: str, value: Any) -> list[str]:
    """What JSON Schema says against it; an unknown field counts, as Vapi refuses it."""
    root = {"$ref": f"#/components/schemas/{schema}", "components": {"schemas": _strict()}}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(root).iter_errors(value)]


@cache
def _strict() -> dict[str, Any]:
    schemas: dict[str, Any] = {name: _mended(one) for name, one in document()["components"]["schemas"].items()}
    return schemas


def _mended(schema: Any) -> Any:
    """The document's own slips: a list's values written at the list, `object` for what is a word or a number."""
    if isinstance(schema, list):
        return [_mended(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    fixed = {key: _mended(value) for key, value in schema.items() if key != "discriminator"}
    if fixed.get("type") == "array" and "enum" in fixed:
        fixed["items"] = {**fixed.get("items", {}), "enum": fixed.pop("enum")}
    if fixed.get("type") == "object" and "properties" in fixed:
        fixed.setdefault("additionalProperties", False)
    elif fixed.get("type") == "object" and "additionalProperties" not in fixed:
        del fixed["type"]
        fixed.pop("enum", None)
    if fixed.pop("nullable", False) and isinstance(fixed.get("type"), str):
        fixed["type"] = [fixed["type"], "null"]
    if str(fixed.get("pattern", "")).startswith("/"):
        fixed["pattern"] = fixed["pattern"].strip("/")
    # Choices whose members overlap, such as one of these words or any text.
    if "oneOf" in fixed:
        fixed["anyOf"] = fixed.pop("oneOf")
    return fixed
