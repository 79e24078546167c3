"""The frames that the labelled set is made from, one file a half: nothing of one half is in the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice, product
from pathlib import Path

FOLDER = Path(__file__).parent / "frames"
INTENTS = ("cancel", "refund", "close")
SLOT = re.compile(r"\{(\w+)\}")
LABELS = {"+": "do", "-": "none", "?": "ask", "~": "ask or none"}
MOST_A_FRAME = 3  # of each frame and intent


@dataclass(frozen=True, slots=True)
class Sentence:
    """`label`: what must come out: the intent, `ask`, `none`, or `ask or none`; `turns`: (role, text), oldest first."""

    half: str
    intent: str
    form: str
    label: str
    turns: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return " / ".join(f"{role}: {text}" if len(self.turns) > 1 else text for role, text in self.turns)


def sentences(half: str) -> Iterator[Sentence]:
    """In the file's order, each once."""
    slots, frames = _read(FOLDER / f"{half}.txt")
    seen: set[str] = set()
    for form, mark, frame in frames:
        for intent in INTENTS:
            for text in _variants(frame, slots, intent):
                if text not in seen:
                    seen.add(text)
                    label = intent if mark == "+" else LABELS[mark]
                    yield Sentence(half, intent, form, label, _turns(text))


def _read(path: Path) -> tuple[dict[str, list[str]], list[tuple[str, str, str]]]:
    slots: dict[str, list[str]] = {}
    frames = []
    for line in path.read_text().splitlines():
        if line.startswith("="):
            name, _, choices = line[1:].partition(":")
            slots[name.strip()] = [one.strip() for one in choices.split(";")]
        elif line and not line.startswith("#"):
            form, mark, frame = (part.strip() for part in line.split("|"))
            frames.append((form, mark, frame))
    return slots, frames


def _variants(frame: str, slots: dict[str, list[str]], intent: str) -> list[str]:
    """Chosen by a hash: the same each time, and different fillings for different frames."""
    names = list(dict.fromkeys(SLOT.findall(frame)))
    choices = [slots.get(f"{intent}.{name}") or slots[name] for name in names]
    filled = (_filled(frame, dict(zip(names, picked, strict=True))) for picked in product(*choices))
    return list(islice(sorted(filled, key=lambda text: sha256(text.encode()).digest()), MOST_A_FRAME))


def _filled(frame: str, chosen: dict[str, str]) -> str:
    return SLOT.sub(lambda found: chosen[found[1]], frame)


def _turns(text: str) -> tuple[tuple[str, str], ...]:
    if not re.match("[AC]: ", text):
        return (("user", text),)
    parts = re.split(r"(?:^| )([AC]): ", text)[1:]
    return tuple(({"A": "bot", "C": "user"}[who], said) for who, said in zip(parts[::2], parts[1::2], strict=True))
