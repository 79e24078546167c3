"""Rows by what belongs to them: calls by their turns, tickets by their comments.

What few rows have is collected first, what many have is soon met among the newest ones. Each way takes seconds where
the other takes milliseconds, and the database often mistakes one for the other.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

# To collect these takes as long as to find a page of rows that have some among the newest of 100,000.
FEW = 7_000


def with_words(model: type[Model], field: str, words: str) -> QuerySet[Any]:
    query = SearchQuery(words, config="simple", search_type="websearch")
    rows: QuerySet[Any] = model._default_manager.annotate(words=SearchVector(field, config="simple"))
    return rows.filter(words=query).order_by()


def having(related: QuerySet[Any], owner: str, *, are_few: bool) -> Q:
    """Rows that own one of `related`, in which `owner` names them."""
    if are_few:
        # DISTINCT makes the database collect them: left to itself it would look through the newest rows.
        return Q(pk__in=related.values(owner).distinct())
    # And LIMIT keeps it from collecting them.
    return Q(IsNull(Subquery(related.filter(**{owner: OuterRef("pk")}).values("pk")[:1]), False))


def estimated(rows: QuerySet[Any]) -> int:
    """How many the database takes them to be. Of words it knows by its statistics."""
    return int(json.loads(rows.explain(format="json"))[0]["Plan"]["Plan Rows"])


def are_few(related: QuerySet[Any]) -> bool:
    """For what an index alone can count."""
    return related[: FEW + 1].count() <= FEW
