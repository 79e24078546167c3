"""Getting at a setting by its path, such as `transcriber.endpointing`."""

from __future__ import annotations

from typing import Any


def find(settings: dict[str, Any], path: str) -> Any:
    """None where it is not there."""
    value: Any = settings
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value


def take(settings: dict[str, Any], path: str) -> Any:
    """Out of the settings, with what is empty then."""
    above, _, key = path.rpartition(".")
    holder = find(settings, above) if above else settings
    value = holder.pop(key)
    if above and not holder:
        take(settings, above)
    return value


def put(settings: dict[str, Any], path: str, value: Any) -> None:
    """What stands there already stays."""
    *above, key = path.split(".")
    for part in above:
        settings = settings.setdefault(part, {})
    settings.setdefault(key, value)


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` decides; objects are merged key by key, lists are not."""
    result = dict(below)
    for key, value in above.items():
        held = result.get(key)
        result[key] = merged(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return result
