"""One installation for the loads in small, beside the one of the other tests: what they leave is in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.load.placing import installation
from tests.stack import Stack


@pytest.fixture(scope="package")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with installation(tmp_path_factory.mktemp("bench")) as running:
        yield running
