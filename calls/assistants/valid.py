"""Is this a document that Vapi would take? By `fields.json`, which is made of its published OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

FIELDS = Path(__file__).with_name("fields.json")
# What tells the forms of one thing apart.
DISCRIMINATORS = ("provider", "type", "on", "model", "role")
MOST_VALUES_NAMED = 8
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
}
IN_WORDS = {"string": "text", "number": "a number", "integer": "a whole number", "boolean": "true or false"}


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` as in `model.messages[0].role`; `message` is one sentence."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def problems(schema: str, document: Any) -> list[Problem]:
    """`schema` is a name of Vapi's, such as CreateAssistantDTO."""
    return list(_object(schema, document, ""))


@cache
def table() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(FIELDS.read_text())
    return loaded


def field_names(schema: str) -> frozenset[str]:
    return frozenset(table()["objects"][schema]["fields"])


def _check(node: dict[str, Any], value: Any, path: str) -> Iterator[Problem]:
    if value is None:
        if not node.get("null"):
            yield Problem(path, "is empty (null); leave the key out instead.")
        return
    for kind, check in KINDS.items():
        if kind in node:
            yield from check(node, value, path)
            return


def _object(name: str, value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, f"must be an object, not {_said(value)}.")
        return
    schema = table()["objects"][name]
    for missing in (field for field in schema["required"] if field not in value):
        yield Problem(_join(path, missing), "is missing.")
    for key, item in value.items():
        node = schema["fields"].get(key)
        if node is None:
            yield Problem(_join(path, key), f"is no field of Vapi's here.{_perhaps(key, schema['fields'])}")
        else:
            yield from _check(node, item, _join(path, key))


def _list(node: dict[str, Any], value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(path, f"must be a list, not {_said(value)}.")
        return
    if not node.get("min_items", 0) <= len(value) <= node.get("max_items", len(value)):
        yield Problem(path, f"has {len(value)} entries, which is too few or too many.")
    for position, item in enumerate(value):
        yield from _check(node["list"], item, f"{path}[{position}]")


def _map(node: dict[str, Any], value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, f"must be an object, not {_said(value)}.")
        return
    for key, item in value.items():
        yield from _check(node["map"], item, _join(path, key))


def _any_of(node: dict[str, Any], value: Any, path: str) -> Iterator[Problem]:
    """What is wrong by the form that was meant: the one whose discriminator says so, else the one with least wrong."""
    forms: list[dict[str, Any]] = node["any_of"]
    if isinstance(value, dict):
        objects = [form for form in forms if "object" in form]
        forms = [form for form in objects if _is_meant(form["object"], value)]
        if not forms and objects:
            yield _unknown_form(objects, value, path)
            return
    found = [list(_check(form, value, path)) for form in forms]
    yield from min(found, key=len, default=[Problem(path, f"cannot be {_said(value)}.")])


def _is_meant(name: str, value: dict[str, Any]) -> bool:
    fields = table()["objects"][name]["fields"]
    return all(
        value.get(key) in fields[key]["enum"]
        for key in DISCRIMINATORS[:2]
        if "enum" in fields.get(key, {}) and key in value
    ) and all(key in value for key in DISCRIMINATORS[:1] if key in table()["objects"][name]["required"])


def _unknown_form(forms: list[dict[str, Any]], value: dict[str, Any], path: str) -> Problem:
    for key in DISCRIMINATORS[:2]:
        fields = [table()["objects"][form["object"]]["fields"].get(key, {}) for form in forms]
        known = sorted({item for field in fields for item in field.get("enum", [])})
        if known:
            given = f"is {value[key]!r}, which Vapi does not know" if key in value else "is missing"
            return Problem(_join(path, key), f"{given}.{_values(known, value.get(key))}")
    return Problem(path, "has none of the forms that Vapi knows.")


def _same(node: dict[str, Any], value: Any, path: str) -> Iterator[Problem]:
    yield from _any_of({"any_of": table()["shared"][node["same"]]}, value, path)


def _scalar(node: dict[str, Any], value: Any, path: str) -> Iterator[Problem]:
    kind: str = node.get("type", "string")
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield Problem(path, f"must be {IN_WORDS[kind]}, not {_said(value)}.")
    elif "enum" in node and value not in node["enum"]:
        yield Problem(path, f"is {value!r}, which Vapi does not know.{_values(node['enum'], value)}")
    elif isinstance(value, str):
        yield from _within(node, len(value), "length", f"has {len(value)} characters", path)
    elif isinstance(value, int | float):
        yield from _within(node, value, "", f"is {value}", path)


def _within(node: dict[str, Any], measured: float, what: str, said: str, path: str) -> Iterator[Problem]:
    suffix = f"_{what}" if what else ""
    least, most = node.get(f"min{suffix}"), node.get(f"max{suffix}")
    if most is not None and measured > most:
        yield Problem(path, f"{said}; {most} is the most.")
    if least is not None and measured < least:
        yield Problem(path, f"{said}; {least} is the least.")


KINDS: dict[str, Callable[[dict[str, Any], Any, str], Iterator[Problem]]] = {
    "object": lambda node, value, path: _object(node["object"], value, path),
    "list": _list,
    "map": _map,
    "any_of": _any_of,
    "same": _same,
    "enum": _scalar,
    "type": _scalar,
}


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _said(value: Any) -> str:
    names: dict[type, str] = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return names.get(type(value), repr(value))


def _values(known: list[Any], given: Any) -> str:
    if len(known) <= MOST_VALUES_NAMED:
        return f" It knows {', '.join(map(str, known))}."
    return _perhaps(str(given), known)


def _perhaps(given: str, known: Any) -> str:
    near = get_close_matches(given, [str(one) for one in known], n=1)
    return f" Did you mean {near[0]}?" if near else ""
