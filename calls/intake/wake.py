"""Tells the projection that events wait."""

from __future__ import annotations

from supportvoice import wake as wakes

PROJECT_PENDING = "calls.project_pending"


def wake() -> None:
    wakes.wake(PROJECT_PENDING)
