"""What was changed at Vapi, written into the files: only the keys that were, and comments are kept."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

from calls.assistants.build import MARK, SERVER_MESSAGES, Server
from calls.assistants.difference import Change
from calls.assistants.files import ASSISTANT, OUTPUT, SQUAD, TOOL
from calls.assistants.front_matter import FENCE, Parsed, read_markdown, read_yaml, reader
from calls.assistants.remote import Document

FOLDERS = {ASSISTANT: ("", ".md"), SQUAD: ("squads", ".yaml"), OUTPUT: ("outputs", ".yaml")}


class CannotPullError(Exception):
    """One sentence: why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file to be. `server` is what every agent gets by itself, so that no file need say it."""

    root: Path
    kind: str
    key: str
    server: Server

    @property
    def path(self) -> Path:
        if self.kind == TOOL:
            raise CannotPullError("Tools come from the code: change them there, or --force to put the code's back.")
        folder, ending = FOLDERS[self.kind]
        return self.root / folder / f"{self.key}{ending}"


def key_for(name: str) -> str:
    """A file's name for what has none yet."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "unnamed"


def write_file(place: Place, remote: Document, theirs: tuple[Change, ...]) -> Path:
    """`theirs` empty: all of it. Raises CannotPullError, OSError."""
    path, kind = place.path, place.kind
    parsed = _read(path, kind)
    keys = list(dict.fromkeys(change.key for change in theirs)) or list(remote)
    settings, body = parsed.settings, parsed.body
    if kind == ASSISTANT:
        body = _prompt(remote) if _prompt_changed(theirs) else body
    wanted = _as_settings(kind, remote, place.server)
    for name in _own_names(keys):
        if name in wanted:
            settings[name] = _kept(settings.get(name), wanted[name])
        else:
            settings.pop(name, None)
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, _text(kind, settings, body))
    return path


def _read(path: Path, kind: str) -> Parsed:
    if not path.exists():
        return Parsed(CommentedMap(), "", {})
    return read_markdown(path, path.name) if kind == ASSISTANT else read_yaml(path, path.name)


def _prompt_changed(theirs: tuple[Change, ...]) -> bool:
    return not theirs or any(change.path.startswith("model.messages") for change in theirs)


def _prompt(remote: Document) -> str:
    messages = remote.get("model", {}).get("messages", [])
    return str(messages[0].get("content", "")) if messages else ""


def _own_names(keys: list[str]) -> list[str]:
    """The file's settings that make these keys of the document."""
    more = {"model": ["tools"], "artifactPlan": ["structuredOutputs"]}
    return [name for key in keys for name in (key, *more.get(key, []))]


def _as_settings(kind: str, remote: Document, server: Server) -> Document:
    """A document as a file would say it."""
    settings = {key: value for key, value in remote.items() if value != {}}
    if kind == SQUAD:
        return settings | {"members": [_member(member) for member in remote.get("members", [])]}
    if kind != ASSISTANT:
        return settings
    model = dict(remote.get("model", {}))
    references = model.pop("toolIds", [])
    ours = [one.removeprefix(f"@{TOOL}/") for one in references if one.startswith("@")]
    foreign = [one for one in references if not one.startswith("@")]
    model["messages"] = model.get("messages", [])[1:]
    settings["model"] = {key: value for key, value in (model | {"toolIds": foreign}).items() if value != []}
    if ours:
        settings["tools"] = ours
    _without_the_usual(settings, server)
    return settings


def _without_the_usual(settings: Document, server: Server) -> None:
    """What each file gets by itself."""
    metadata = {key: value for key, value in settings.pop("metadata", {}).items() if key != MARK}
    settings |= {"metadata": metadata} if metadata else {}
    plan = dict(settings.get("artifactPlan", {}))
    outputs = plan.pop("structuredOutputIds", [])
    if outputs:
        settings["structuredOutputs"] = [one.removeprefix(f"@{OUTPUT}/") for one in outputs]
        settings["artifactPlan"] = plan
    for key, usual in (("server", server.document()), ("serverMessages", SERVER_MESSAGES), ("artifactPlan", {})):
        if settings.get(key) == usual:
            del settings[key]


def _member(member: Document) -> Document:
    rest = {key: value for key, value in member.items() if key not in ("assistantId", "assistantDestinations")}
    named = {"assistant": str(member.get("assistantId", "")).removeprefix(f"@{ASSISTANT}/")}
    destinations = [_destination(one) for one in member.get("assistantDestinations", [])]
    return named | rest | ({"destinations": destinations} if destinations else {})


def _destination(destination: Document) -> Document:
    rest = {key: value for key, value in destination.items() if key not in ("type", "assistantName")}
    return {"assistant": key_for(str(destination.get("assistantName", ""))), **rest}


def _kept(before: Any, after: Any) -> Any:
    """The same object where it is one, so that comments inside it stay."""
    if isinstance(before, CommentedMap) and isinstance(after, dict):
        for key in [key for key in before if key not in after]:
            del before[key]
        for key, value in after.items():
            if key not in before or before[key] != value:
                before[key] = _kept(before.get(key), value)
        return before
    return after


def _text(kind: str, settings: CommentedMap, body: str) -> str:
    out = io.StringIO()
    reader().dump(settings, out)
    return f"{FENCE}\n{out.getvalue()}{FENCE}\n\n{body}\n" if kind == ASSISTANT else out.getvalue()


def _replace(path: Path, text: str) -> None:
    """Whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)
