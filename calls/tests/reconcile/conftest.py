"""What the projection tells the watchers, and the wake of Celery, go nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from calls.reconcile import fill
from supportvoice import live


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    said: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(live, "publish", lambda topic, payload: said.append((topic, payload)))
    monkeypatch.setattr(fill, "wake", lambda: None)
    return said
