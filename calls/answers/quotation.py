"""Strangers' text on its way into a model: one line, capped, and nothing in it that could end the quotation."""

from __future__ import annotations

MARKS = frozenset('"“”„«»`<>[]|\\#*')


def in_quotes(text: str, limit: int, breaks_out: frozenset[str] = MARKS) -> str:
    kept = (" " if not character.isprintable() or character in breaks_out else character for character in text)
    return shortened(" ".join("".join(kept).split()), limit)


def shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
