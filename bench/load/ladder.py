"""The highest rate that is held: large steps up, smaller ones down, then between what was held and what was missed."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from bench.http_load import Outcome

P99_MS = 50.0
FIRST_RATE, GROWS_BY, STEPS_BACK = 1000.0, 1.25, 0.9
# As near as the rate that is held comes to one that is not.
FINEST = 1.04
STEP_S = 8.0

Offer = Callable[[float, float], Outcome]
"""Of a rate a second, for so many seconds."""


def highest(offer: Offer, seconds: float) -> Outcome:
    """A step up is tried for a short time, every other rate for the whole time; each twice where the first try fails:
    what else a machine does for a moment is not to decide.
    """

    def tried(rate: float, for_s: float) -> Outcome:
        first = offer(rate, for_s)
        return first if is_held(first) else offer(rate, for_s)

    missed = FIRST_RATE
    while is_held(tried(missed, STEP_S)):
        missed *= GROWS_BY
    while not is_held(held := tried(missed * STEPS_BACK, seconds)):
        missed = held.rate
    while missed > held.rate * FINEST:
        between = tried(sqrt(missed * held.rate), seconds)
        if is_held(between):
            held = between
        else:
            missed = between.rate
    return held


def is_held(outcome: Outcome) -> bool:
    return not outcome.errors and outcome.quantile_ms(99) <= P99_MS
