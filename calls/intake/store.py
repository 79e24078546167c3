"""Events into the inbox over Django's own connection; the lane has its own way, group_commit.py."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from django.db import connection, transaction

from calls.intake.inbox import Columns, EventRows, statements


def store(batch: Sequence[EventRows]) -> int:
    """Committed when it returns, outside any other transaction. How many of those that wait for the projection are new.

    Raises DatabaseError.
    """
    with transaction.atomic():
        for statement, columns in statements(batch):
            inserted = _run(statement, columns)
    return inserted


def _run(statement: str, columns: Columns) -> int:
    """With psycopg's own cursor: Django's puts the values into the text, where binary arrays have no place."""
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement, columns).rowcount
