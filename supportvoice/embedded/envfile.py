"""Files of KEY=VALUE lines that only their owner may read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

PLAIN = re.compile(r"[\w./:@%*=,+\[\]-]*")


def read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.partition("=") for line in path.read_text().splitlines() if not line.startswith("#"))
    return {key.strip(): unquote(value) for key, equals, value in lines if equals}


def write(path: Path, values: Mapping[str, str]) -> None:
    """Replaces the file whole: a reader sees the old lines or the new ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, "".join(f"{key}={quote(value)}\n" for key, value in values.items()))


def write_private(path: Path, text: str) -> None:
    staging = path.with_name(f".{path.name}.{os.getpid()}")
    staging.unlink(missing_ok=True)
    with os.fdopen(os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    staging.replace(path)


def quote(value: str) -> str:
    return value if PLAIN.fullmatch(value) else f"'{value}'"


def unquote(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == "'" else value
