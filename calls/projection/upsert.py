"""Rows of many calls into one table, by one statement of binary arrays: the ORM takes four times as long for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

from supportvoice.binary_cursor import binary_cursor

_UPSERT = """
INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays})
ON CONFLICT ({key}) DO UPDATE SET {written} RETURNING {primary_key}
"""


def upsert(model: type[Model], rows: Sequence[Mapping[str, Any]], *key: str) -> list[Any]:
    """Their primary keys. Rows are locked in the order given. Each row has the same columns, under their names in the
    database; all but those of the key take the place of what was there. Raises DatabaseError.
    """
    if not rows:
        return []
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    with binary_cursor() as cursor:
        cursor.execute(_statement(model, tuple(columns), key), columns)
        return [primary_key for (primary_key,) in cursor.fetchall()]


@cache
def _statement(model: type[Model], columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    return _UPSERT.format(
        table=_quoted([model._meta.db_table]),
        columns=_quoted(columns),
        arrays=", ".join(f"%({name})b::{_type(model, name)}[]" for name in columns),
        key=_quoted(key),
        written=", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in key),
        primary_key=_quoted([str(model._meta.pk.column)]),
    )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _type(model: type[Model], column: str) -> str:
    """Without its limits: a cast to them would cut off what the column refuses."""
    [field] = [field for field in model._meta.concrete_fields if field.column == column]
    return str(field.db_type(connection)).partition("(")[0]
