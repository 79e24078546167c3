"""What half an hour of samples says of a process."""

from __future__ import annotations

import dataclasses

import pytest

from bench.load.processes import Sample, slope_a_second, trend

STILL = [Sample(5.0 * n, 80.0, 120.0, 30, 12, 3, 0.5 * n) for n in range(100)]


def test_a_process_that_stays_as_it_is_has_no_trend() -> None:
    found = trend("web", STILL)
    assert (found.memory_mib, found.memory_mib_an_hour) == (80, 0)
    assert (found.resident_mib, found.resident_mib_an_hour) == (120, 0)
    assert (found.files_grew, found.threads_grew, found.connections_grew) == (0, 0, 0)
    assert found.cores == pytest.approx(0.1)


def test_a_leak_shows_in_the_slope_and_a_short_peak_does_not() -> None:
    leaking = [dataclasses.replace(one, resident_mib=120 + one.at_s * 2 / 3600) for one in STILL]
    peak = [dataclasses.replace(one, resident_mib=500.0) if n in (40, 41) else one for n, one in enumerate(STILL)]
    assert trend("web", leaking).resident_mib_an_hour == pytest.approx(2)
    assert trend("web", peak).resident_mib_an_hour == 0


def test_what_is_opened_and_kept_has_grown() -> None:
    leaking = [dataclasses.replace(one, files=30 + n // 10, connections=3 + n // 50) for n, one in enumerate(STILL)]
    found = trend("worker", leaking)
    assert found.files_grew > 5
    assert found.connections_grew == 1
    assert found.threads_grew == 0


def test_a_slope_is_that_of_the_line() -> None:
    assert slope_a_second([(0, 1), (1, 3), (2, 5), (3, 90), (4, 9)]) == 2
