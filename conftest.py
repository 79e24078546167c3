"""For every test: no deadline on Hypothesis, since a busy machine is no failure; and a quickly emptied database."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings

settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

# What the migrations made and no test changes.
KEPT = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
TRUNCATES_EACH = 50

emptied = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> None:
    """Django truncates every table after each test that commits, and makes all permissions anew: 0.4 s, of 0.02 s."""
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]


def _empty(case: Any) -> None:
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    names = [connection.ops.quote_name(table) for table in tables]
    if next(emptied) % TRUNCATES_EACH:
        statements = "".join(f"DELETE FROM {name};" for name in names)  # noqa: S608  our own tables
    else:
        statements = f"TRUNCATE {', '.join(names)}"  # gives back what the deleted rows still hold
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN; {statements}; COMMIT")
