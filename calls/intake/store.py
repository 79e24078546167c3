"""Events into the inbox over Django's own connection; the lane has its own way, group_commit.py."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from calls.intake.inbox import EventRows, statements


def store(batch: Sequence[EventRows]) -> int:
    """Committed when it returns, outside any other transaction. How many of those that wait for the projection are new.

    Raises DatabaseError.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, parameters in statements(batch):
            cursor.executemany(statement, parameters)
        inserted: int = cursor.rowcount
    return inserted
