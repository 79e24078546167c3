"""The long cases of the bench in small: what must hold however slow the machine is."""

from __future__ import annotations

import pytest

from bench.thousand_calls import measure, plan
from tests.stack import Stack

pytestmark = pytest.mark.timeout(240)


def test_a_hundred_calls_lose_nothing_and_are_seen(loaded: Stack) -> None:
    found = measure(loaded, plan(seconds=12, calls=100, viewers=5))
    assert found["errors"] == {}
    kept, samples = found["stored"], found["samples"]
    assert found["is_whole"], kept
    assert (kept["recovered"], kept["other_turns"]) == (0, 0)
    assert kept["reported_calls"] > 0
    assert kept["tickets"] > 0
    assert found["tools"].get("no answer", 0) == 0
    assert min(samples.values()) > 0
    assert [what for what in found["viewers_troubles"] if "HTTP" in what] == []
