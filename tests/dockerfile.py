"""As much of a Dockerfile and a .dockerignore as the tests of the deployment need to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path


@dataclass
class Stage:
    image: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        return [argument for name, argument in self.steps if name == instruction]

    def copied(self) -> list[str]:
        """What comes from the project itself, not from another stage."""
        words = [argument.split() for argument in self.all("COPY") if not argument.startswith("--from")]
        return [source.rstrip("/") for sources in words for source in sources[:-1]]


def stages(path: Path) -> list[Stage]:
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found: list[Stage] = []
    for line in filter(str.strip, joined.splitlines()):
        instruction, argument = line.split(maxsplit=1)
        if instruction == "FROM":
            image, _, name = argument.partition(" AS ")
            found.append(Stage(image, name))
        else:
            found[-1].steps.append((instruction, argument))
    return found


def is_left_out(path: str, rules: Iterable[str]) -> bool:
    """The last rule that fits the path or a folder above it decides."""
    parts = path.split("/")
    above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    out = False
    for rule in filter(lambda line: line and not line.startswith("#"), map(str.strip, rules)):
        pattern = rule.removeprefix("!")
        patterns = [pattern, pattern.removeprefix("**/")] if pattern.startswith("**/") else [pattern]
        if any(_fits(one, each) for one in above for each in patterns):
            out = not rule.startswith("!")
    return out


def _fits(path: str, pattern: str) -> bool:
    """`*` stops at a slash, `**` does not."""
    return fnmatch(path, pattern) and ("**" in pattern or path.count("/") == pattern.count("/"))
