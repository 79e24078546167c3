"""A budget that no answer could keep is an error before the start."""

from __future__ import annotations

from typing import Any

import pytest

from calls.answers.budget import check_budget


@pytest.mark.parametrize(("budget_ms", "wrong"), [(800, 0), (100, 0), (0, 1), (-5, 1), (20_000, 1), (99, 1)])
def test_the_budget_is_between_what_can_be_done_and_what_vapi_waits_for(
    settings: Any, budget_ms: int, wrong: int
) -> None:
    settings.TOOL_BUDGET_MS = budget_ms
    assert len(check_budget()) == wrong
