"""What a model wrote as arguments, as the tool's own type."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from calls.answers.registry import Tool


class BadArgumentsError(Exception):
    """The text is told to the model."""


def convert(tool: Tool, arguments: dict[str, Any]) -> msgspec.Struct:
    """Numbers and texts may come as each other, and null is how models leave something out. A yes is only `true`."""
    given = {name: value for name, value in arguments.items() if value is not None}
    for name in flags(tool.arguments) & set(given):
        if not isinstance(given[name], bool):
            raise BadArgumentsError(f"The arguments do not fit: `{name}` is either true or false, and not a text.")
    try:
        return msgspec.convert(given, tool.arguments, strict=False)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadArgumentsError(f"The arguments do not fit: {error}.") from None


@cache
def flags(arguments: type[msgspec.Struct]) -> frozenset[str]:
    """A lenient reading would take "1" or "true" for a yes that nobody gave."""
    _, components = msgspec.json.schema_components([arguments])
    properties = components[arguments.__name__]["properties"]
    return frozenset(name for name, schema in properties.items() if schema.get("type") == "boolean")
