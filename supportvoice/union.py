"""One question out of several, each of which follows an index of its own: with OR it would use none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet


def union_all(parts: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    """Of at least one."""
    return parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
