"""Events into the inbox over Django's own connection; the lane has its own way, group_commit.py."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from calls.intake.inbox import Columns, EventRows, statements
from supportvoice.binary_cursor import binary_cursor


def store(batch: Sequence[EventRows]) -> int:
    """Committed when it returns, outside any other transaction. How many of those that wait for the projection are new.

    Raises DatabaseError.
    """
    with transaction.atomic():
        for statement, columns in statements(batch):
            inserted = _run(statement, columns)
    return inserted


def _run(statement: str, columns: Columns) -> int:
    with binary_cursor() as cursor:
        cursor.execute(statement, columns)
        stored: int = cursor.rowcount
        return stored
