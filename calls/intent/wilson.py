"""The 95 % interval of a rate."""

from __future__ import annotations

from math import sqrt

Z = 1.959964


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Lower and upper bound, 0 to 1; of nothing, everything is possible."""
    if of == 0:
        return 0.0, 1.0
    rate, spread = hits / of, Z * Z / of
    middle, half = rate + spread / 2, Z * sqrt(rate * (1 - rate) / of + spread / (4 * of))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))
