"""One row by hand-written SQL: for what is asked while a caller waits, where making the query costs more than it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def one_row(query: str, parameters: Sequence[Any] | Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Of the last statement, where there are several; None where it finds or returns nothing. Raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        while cursor.nextset():
            pass
        row: tuple[Any, ...] | None = cursor.fetchone() if cursor.description else None
        return row
