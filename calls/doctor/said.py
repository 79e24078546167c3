"""What a check says: well, a note, wrong, or not checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from calls.doctor.account import Account

WELL, NOTE, WRONG, UNCHECKED = "ok", "note", "WRONG", "not checked"


@dataclass(frozen=True, slots=True)
class Said:
    state: str
    text: str

    @property
    def is_wrong(self) -> bool:
        return self.state == WRONG


Check = Callable[[Account], Iterator[Said]]


def well(text: str) -> Said:
    return Said(WELL, text)


def note(text: str) -> Said:
    return Said(NOTE, text)


def wrong(text: str) -> Said:
    return Said(WRONG, text)


def unchecked(text: str) -> Said:
    return Said(UNCHECKED, text)
