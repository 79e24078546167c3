"""The bench in small: nothing that was promised to a caller is left out, and nothing is done or said twice."""

from __future__ import annotations

import pytest

from bench.slow_crm import measure
from tests.slow_systems.far_crm import FarCrm

pytestmark = pytest.mark.timeout(180)


def test_each_late_answer_arrives_and_each_ticket_is_made_once(crm: FarCrm) -> None:
    run = measure(crm, calls=12, over_s=4.0, latency_s=1.0)
    crm.knobs(latency_s=0)
    lookups, creates = run["tools"]
    assert creates["followed"] == 12
    assert (lookups["arrived"], creates["arrived"]) == (lookups["followed"], 12)
    assert lookups["twice"] + creates["twice"] == 0
    assert (run["unanswered"], run["tickets_made_once"]) == (0, 12)
