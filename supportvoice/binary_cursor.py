"""Statements whose parameters are binary arrays (%b), on Django's own connection."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


def binary_cursor() -> CursorWrapper:
    """As a context. Django's own cursor puts the values into the text, where binary arrays have no place.

    Counted like any other query. What it runs raises DatabaseError. The connection has to be open: as in a transaction.
    """
    make_cursor = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    own: Any = psycopg.Cursor(connection.connection)
    return make_cursor(own)
