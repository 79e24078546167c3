"""What the projection tells the watchers, written down instead of sent."""

from __future__ import annotations

from typing import Any

import pytest

from supportvoice import live


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    said: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(live, "publish", lambda topic, payload: said.append((topic, payload)))
    return said
