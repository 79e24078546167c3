"""Where what was measured is written, and of what machine and commit it is."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".local" / "bench"


def write(name: str, found: Any) -> None:
    """The figures of one case."""
    keep(FOLDER / f"{name}.json", found)


def figures(name: str) -> Any:
    """What the case wrote, if it writes anything."""
    try:
        return json.loads((FOLDER / f"{name}.json").read_text())
    except (OSError, ValueError):
        return None


def forget(name: str) -> None:
    (FOLDER / f"{name}.json").unlink(missing_ok=True)


def keep(path: Path, what: Any) -> None:
    """Whole or not at all: an interrupted run leaves no half file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_text(json.dumps(what, indent=2) + "\n")
    half.replace(path)


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return {"cores": os.cpu_count(), "memory_mib": memory, "python": platform.python_version(), "os": platform.system()}


@cache
def commit() -> str:
    """Of the files as they are; `… changed` where they are not what was committed, or there is no git."""
    git = shutil.which("git")
    if not git:
        return "unknown, changed"

    def asked(*arguments: str) -> str:
        done = subprocess.run([git, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    at, changes = asked("rev-parse", "--short=12", "HEAD"), asked("status", "--porcelain")
    return at if at and not changes else f"{at or 'unknown'}, changed"
