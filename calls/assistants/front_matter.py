"""Reading YAML, and Markdown with YAML on top, so that what is wrong is named with its file and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

FENCE = "---"
LARGEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class FileProblem:
    """`line` counts from 1; 0 stands for the whole file."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


class BadFilesError(Exception):
    """Nothing was sent."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Parsed:
    """`lines`: where each top-level key stands."""

    settings: CommentedMap
    body: str
    lines: dict[str, int]


def read_markdown(path: Path, shown: str) -> Parsed:
    """`shown` is what messages call the file. Raises BadFilesError."""
    text = _text(path, shown)
    lines = text.split("\n")
    if lines[0].strip() != FENCE:
        raise BadFilesError([FileProblem(shown, 1, "The file begins with --- and its settings.")])
    ends = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == FENCE), None)
    if ends is None:
        raise BadFilesError([FileProblem(shown, 1, "The settings have no end: a line with --- alone.")])
    settings, found = _mapping("\n".join(lines[1:ends]), shown, first_line=2)
    return Parsed(settings, "\n".join(lines[ends + 1 :]).strip(), found)


def read_yaml(path: Path, shown: str) -> Parsed:
    settings, lines = _mapping(_text(path, shown), shown, first_line=1)
    return Parsed(settings, "", lines)


def _text(path: Path, shown: str) -> str:
    data = path.read_bytes()
    if len(data) > LARGEST_BYTES:
        raise BadFilesError([FileProblem(shown, 0, "is larger than a megabyte.")])
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadFilesError([FileProblem(shown, line, "is not UTF-8 text.")]) from None


def _mapping(text: str, shown: str, *, first_line: int) -> tuple[CommentedMap, dict[str, int]]:
    try:
        value = reader().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        said = (error.problem or error.context or "").splitlines()[0]
        raise BadFilesError([FileProblem(shown, line, f"is not YAML: {said}.")]) from None
    except YAMLError as error:
        raise BadFilesError([FileProblem(shown, first_line, f"is not YAML: {type(error).__name__}.")]) from None
    if value is None:
        return CommentedMap(), {}
    if not isinstance(value, CommentedMap):
        raise BadFilesError([FileProblem(shown, first_line, "must be settings: one `key: value` a line.")])
    return value, {str(key): place[0] + first_line for key, place in (value.lc.data or {}).items()}


def reader() -> YAML:
    """Keeps comments and the order of keys, so that a file that is written again still looks like its author's."""
    yaml = YAML(typ="rt", pure=True)
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def plain(value: Any) -> Any:
    """As JSON has it; a date is the text it was written as."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    kind = next((kind for kind in (int, float, str) if isinstance(value, kind)), str)
    return kind(value)
