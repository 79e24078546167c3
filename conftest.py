"""For every test: no deadline on Hypothesis, since a busy machine is no failure; an emptied database; its process."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

# What the migrations made and no test changes.
KEPT = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
TRUNCATES_EACH = 50

# Tests of one folder that share what runs, or what one left; all others are divided by file.
TOGETHER = ("tests/faults/", "tests/slow_systems/")
# What waits most begins first; within a folder the order stays.
FIRST = ("tests/browser/", *TOGETHER, "tests/")

emptied = itertools.count(1)


class ByFile(LoadFileScheduling):  # type: ignore[misc]  # xdist brings no types
    def _split_scope(self, nodeid: str) -> str:
        return next(filter(nodeid.startswith, TOGETHER), super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Who runs what where the tests are divided among processes."""
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    return next((rank for rank, folder in enumerate(FIRST) if nodeid.startswith(folder)), len(FIRST))


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> None:
    """Django truncates every table after each test that commits, and makes all permissions anew: 0.4 s, of 0.02 s."""
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _settings_never_age() -> None:
    """However slow the machine, a process does not ask for its CRM settings again while a test counts queries."""
    from tickets.crm import connections  # the apps are not ready while this file is read

    connections.KNOWN_FOR_S = math.inf


@pytest.fixture(autouse=True)
def _settings_known_since_this_test_began() -> None:
    from tickets.crm import connections

    connections.forget()


def _empty(case: Any) -> None:
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    names = [connection.ops.quote_name(table) for table in tables]
    if next(emptied) % TRUNCATES_EACH:
        statements = "".join(f"DELETE FROM {name};" for name in names)  # noqa: S608  our own tables
    else:
        statements = f"TRUNCATE {', '.join(names)}"  # gives back what the deleted rows still hold
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN; {statements}; COMMIT")
