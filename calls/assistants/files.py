"""The folder of agents: `*.md` are assistants; `squads/*.yaml`, `outputs/*.yaml`; prompts share `fragments/*.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calls.assistants.front_matter import BadFilesError, FileProblem, Parsed, plain, read_markdown, read_yaml

ASSISTANT, SQUAD, OUTPUT, TOOL = "assistant", "squad", "structured-output", "tool"
LONGEST_NAME = 40
FRAGMENT = re.compile(r"\{\{>\s*([\w-]+)\s*\}\}")
DEFAULTS = "defaults.yaml"


@dataclass(frozen=True, slots=True)
class Source:
    """One file. `name` is what Vapi calls it; `key` is the file's own name, which stays when it is renamed there."""

    kind: str
    key: str
    path: str
    settings: dict[str, Any]
    prompt: str = ""
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.settings.get("name") or self.key)

    def problem(self, message: str, key: str = "") -> FileProblem:
        return FileProblem(self.path, self.lines.get(key.partition(".")[0].partition("[")[0], 0), message)


@dataclass(frozen=True, slots=True)
class Folder:
    sources: list[Source]
    defaults: dict[str, Any]

    def of(self, kind: str) -> list[Source]:
        return [source for source in self.sources if source.kind == kind]


def read_folder(root: Path) -> Folder:
    """Raises BadFilesError with everything that is wrong, not the first of it."""
    if not root.is_dir():
        raise BadFilesError([FileProblem(str(root), 0, "There is no such folder: ASSISTANTS_DIR.")])
    problems: list[FileProblem] = []
    sources = list(_sources(root, _fragments(root), problems))
    defaults = _defaults(root, problems)
    problems += _named_twice(sources) + _too_long(sources)
    if problems:
        raise BadFilesError(sorted(problems, key=lambda one: (one.path, one.line)))
    return Folder(sources, defaults)


def _sources(root: Path, fragments: dict[str, str], problems: list[FileProblem]) -> Iterator[Source]:
    for kind, pattern in ((ASSISTANT, "*.md"), (SQUAD, "squads/*.yaml"), (OUTPUT, "outputs/*.yaml")):
        for path in sorted(root.glob(pattern)):
            if path.name.upper() == "README.MD":
                continue
            shown = f"{root.name}/{path.relative_to(root)}"
            try:
                parsed = read_markdown(path, shown) if kind == ASSISTANT else read_yaml(path, shown)
                yield _source(kind, path.stem, shown, parsed, fragments)
            except BadFilesError as error:
                problems += error.problems


def _source(kind: str, key: str, shown: str, parsed: Parsed, fragments: dict[str, str]) -> Source:
    prompt = _with_fragments(parsed.body, shown, fragments, ())
    return Source(kind, key, shown, plain(parsed.settings), prompt, parsed.lines)


def _fragments(root: Path) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8").strip() for path in sorted((root / "fragments").glob("*.md"))}


def _with_fragments(text: str, shown: str, fragments: dict[str, str], within: tuple[str, ...]) -> str:
    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name not in fragments:
            known = ", ".join(fragments) or "none"
            raise BadFilesError([FileProblem(shown, 0, f"There is no fragment {name!r}. There are: {known}.")])
        if name in within:
            raise BadFilesError([FileProblem(shown, 0, f"The fragment {name!r} holds itself.")])
        return _with_fragments(fragments[name], shown, fragments, (*within, name))

    return FRAGMENT.sub(put, text)


def _defaults(root: Path, problems: list[FileProblem]) -> dict[str, Any]:
    path = root / DEFAULTS
    if not path.exists():
        return {}
    try:
        defaults: dict[str, Any] = plain(read_yaml(path, f"{root.name}/{DEFAULTS}").settings)
        return defaults
    except BadFilesError as error:
        problems += error.problems
        return {}


def _named_twice(sources: list[Source]) -> list[FileProblem]:
    first: dict[tuple[str, str], Source] = {}
    found = []
    for source in sources:
        other = first.setdefault((source.kind, source.name), source)
        if other is not source:
            found.append(source.problem(f"The name {source.name!r} is also that of {other.path}.", "name"))
    return found


def _too_long(sources: list[Source]) -> list[FileProblem]:
    return [
        source.problem(f"The name has {len(source.name)} characters; Vapi takes {LONGEST_NAME}.", "name")
        for source in sources
        if len(source.name) > LONGEST_NAME
    ]
