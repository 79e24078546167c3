"""One installation for every fault, one after the other: what an earlier one accepted must outlive the later ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.rig import Rig, running_rig
from tests.stack import ROOT


@pytest.fixture(scope="package")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running_rig(tmp_path_factory.mktemp("faults"), ROOT / ".local/faults") as running:
        yield running
