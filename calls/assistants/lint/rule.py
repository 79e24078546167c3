"""The shape of a rule and of what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

ERROR, WARNING = "error", "warning"
DOCS = "https://docs.vapi.ai"

Document = dict[str, Any]
Hit = tuple[str, str]  # where in the document (dotted), and what is there, in one sentence


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a document does not say. `noisy`: keys of the files whose callers were measured to be in noise."""

    phone_lines: bool = True
    noisy: frozenset[str] = frozenset()
    consent_required: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """One assistant (also one written out in a squad), or another kind's document."""

    kind: str
    key: str
    document: Document


Look = Callable[[Subject, Surroundings], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`kinds` empty: every kind. `source` is a public address."""

    name: str
    severity: str
    look: Look
    reason: str
    source: str
    fix: str
    kinds: tuple[str, ...] = ("assistant",)


@dataclass(frozen=True, slots=True)
class Finding:
    """`silenced` is the reason that the file gives for leaving it so; then it counts no more, and is still shown."""

    rule: str
    severity: str
    path: str
    where: str
    said: str
    reason: str = ""
    source: str = ""
    fix: str = ""
    silenced: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR and not self.silenced

    def __str__(self) -> str:
        place = f"{self.path}: {self.where}" if self.where else self.path
        if self.silenced:
            return f"silenced  {place}: {self.said} [{self.rule}] Because: {self.silenced}"
        more = " ".join(filter(None, (self.reason, self.fix)))
        return (
            f"{self.severity:<9} {place}: {self.said} {more} [{self.rule}{f', {self.source}' if self.source else ''}]"
        )


def every(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value in a document with its dotted path, itself first."""
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from every(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from every(item, f"{path}[{position}]")
