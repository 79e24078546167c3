"""One installation with a CRM elsewhere, for all tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.slow_systems.far_crm import FarCrm, far_crm
from tests.stack import Stack


@pytest.fixture(scope="package")
def crm(stack: Stack) -> Iterator[FarCrm]:
    with far_crm(stack) as found:
        yield found
