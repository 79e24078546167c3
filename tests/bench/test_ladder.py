"""The ladder finds what a receiver holds, and is not misled by one bad moment."""

from __future__ import annotations

import pytest

from bench.http_load import Outcome
from bench.load.ladder import FINEST, STEP_S, Offer, highest

HOLD_S = 60.0


def receiver(can: float, briefly: float = 1.0, bad_moments: int = 0) -> tuple[Offer, list[tuple[float, float]]]:
    """Holds up to `can` a second, and for a short time `briefly` times as much; the first tries have a bad moment."""
    tries: list[tuple[float, float]] = []

    def offer(rate: float, seconds: float) -> Outcome:
        tries.append((rate, seconds))
        limit = can * (briefly if seconds == STEP_S else 1)
        slow = rate > limit or len(tries) <= bad_moments
        return Outcome(rate, seconds, [51.0 if slow else 49.0] * 10)

    return offer, tries


@pytest.mark.parametrize("can", [950, 1_001, 3_456, 9_999])
@pytest.mark.parametrize("briefly", [1.0, 1.5])
def test_what_is_found_is_as_near_as_promised(can: float, briefly: float) -> None:
    offer, tries = receiver(can, briefly)
    held = highest(offer, HOLD_S)
    assert can / FINEST <= held.rate <= can
    assert (held.rate, HOLD_S) in tries


def test_one_bad_moment_does_not_end_the_way_up() -> None:
    offer, tries = receiver(3_456, bad_moments=1)
    assert highest(offer, HOLD_S).rate > 3_456 / FINEST
    assert tries[0] == tries[1]


def test_an_error_is_not_held() -> None:
    def offer(rate: float, seconds: float) -> Outcome:
        return Outcome(rate, seconds, [1.0] * 10, errors=int(rate > 1_500))

    assert highest(offer, HOLD_S).rate <= 1_500
