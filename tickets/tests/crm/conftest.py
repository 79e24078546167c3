"""`far_end`: each of them in turn, empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rt.server import Rt, request_tracker
from tickets.tests.crm.far_ends import FAR_ENDS, REAL_RT, FarEnd, forget_everybody, real_far_end, wanted


@pytest.fixture(scope="session")
def real_rt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rt]:
    with request_tracker(tmp_path_factory.mktemp("rt")) as rt:
        yield rt


@pytest.fixture(params=wanted())
def far_end(request: pytest.FixtureRequest, db: None, tmp_path: Path) -> Iterator[FarEnd]:
    if request.param == REAL_RT:
        rt: Rt = request.getfixturevalue("real_rt")
        forget_everybody(rt)
        yield real_far_end(rt)
        return
    with FAR_ENDS[request.param](tmp_path) as found:
        yield found
