"""What was measured, what it should have been, and whether it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """`measured` is None where there was nothing to measure, which meets no aim. Without `most` it is only told."""

    name: str
    measured: float | None
    unit: str = ""
    most: float | None = None

    @property
    def verdict(self) -> str:
        if self.most is None:
            return ""
        return "met" if self.measured is not None and self.measured <= self.most else "MISSED"


def table(aims: Sequence[Aim]) -> str:
    lines = ["| measured | is | aim | |", "|---|---|---|---|"]
    for one in aims:
        most = "" if one.most is None else f"≤ {figure(one.most, one.unit)}"
        lines.append(f"| {one.name} | {figure(one.measured, one.unit)} | {most} | {one.verdict} |")
    return "\n".join(lines)


def figure(value: float | None, unit: str) -> str:
    if value is None:
        return "none"
    digits = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:.3g}"
    return f"{digits} {unit}".rstrip()
