"""A remote CRM that is a desk in memory."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from tickets import copy
from tickets.crm import connections
from tickets.crm.needs import Given
from tickets.tests.operations.desk import Desk


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Desk]:
    found = Desk()
    active = connections.Connection("zendesk", Given({}))
    # By name: the package shows functions of the same names.
    ask, perform, person = (import_module(f"tickets.operations.{name}") for name in ("ask", "perform", "person"))
    for module in (ask, copy):
        monkeypatch.setattr(module, "active", lambda: active)
    for module in (perform, person, copy):
        monkeypatch.setattr(module, "adapter", lambda _name: found)
    for module in (ask, person):
        monkeypatch.setattr(module, "wake", lambda _task: None)
    yield found
