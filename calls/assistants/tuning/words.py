"""The measures in words, the same on the page and at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calls.assistants.tuning.evidence import Tuned
from calls.assistants.tuning.measure import LEAST, Measured, Share, Spread


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    said: str
    number: int


def measures(found: Measured) -> list[Line]:
    return [
        _spread("Silent after the caller cuts in", found.stops),
        _share("Began before the caller had finished", found.cut_offs),
        _share("Stopped for nothing, or for a “mhm”", found.false_stops),
        _spread("Silence before a reply", found.silences),
    ]


def stages(found: Measured) -> str:
    return ", ".join(f"{name} {ms:,} ms" for name, ms in found.stages)


def text_lines(one: Tuned) -> Iterator[str]:
    yield f"  {one.line}: {one.found.calls} calls since {one.since:%Y-%m-%d %H:%M} UTC"
    for line in measures(one.found):
        yield f"    {line.what}: {line.said}" + (f" (of {line.number})" if line.number >= LEAST else "")
    if one.found.stages:
        yield f"    What a reply's time goes into, as reported (median): {stages(one.found)}"
    for suggestion in one.suggestions:
        yield f"    → {suggestion}"


def _spread(what: str, found: Spread) -> Line:
    said = f"median {found.p50_ms:,} ms, 95 % within {found.p95_ms:,} ms"
    return Line(what, _few(found.number) if found.too_few else said, found.number)


def _share(what: str, found: Share) -> Line:
    said = f"{found.percent} % ({found.hits})"
    return Line(what, _few(found.number) if found.too_few else said, found.number)


def _few(number: int) -> str:
    return f"too few to say ({number} of {LEAST})"
