"""Calls in which words were said, however many calls there are and however often it was said.

Between what few have and what is soon met lies what takes long either way: ten thousand turns to collect, and one call
in a hundred has some. Of that only the newest calls are looked at, as many as should have a page of it; where they have
none, it is said of old calls alone, or something else is asked for besides, and all is collected.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import BigIntegerField, DateTimeField, QuerySet

from calls.dashboard.aggregated import Aggregated
from calls.dashboard.belonging import FEW, estimated, having, with_words
from calls.dashboard.paging import PAGE_SIZE, Way
from calls.models import Call, Turn

# Of the turns with these words, so many belong to the calls that are looked at first.
LOOKED_AT = 1_000
# Of what is in more than one call in twenty, a page is soon met. Of less than that, the index on words tells so little
# that the database looks there first; the other way round it would read again whatever the newest calls have.
ONE_IN = 20
MOST = 50_000  # are collected, be there ever so many calls


def said(words: str) -> Way[Call]:
    turns = with_words(Turn, "text", words)
    number, every = estimated(turns), estimated(Call.objects.all())

    def way(calls: QuerySet[Call], order: Sequence[str]) -> QuerySet[Call]:
        if number <= FEW:
            return _these(_page(calls.filter(having(turns, "call", are_few=True)), order))
        if number > min(every // ONE_IN, MOST):
            return calls.filter(having(turns, "call", are_few=False))
        if order[0].startswith("-"):
            page = _page(_among_newest(every * LOOKED_AT // number, calls, turns), order)
            if len(page) > PAGE_SIZE:
                return _these(page)
        return calls.filter(having(turns, "call", are_few=True))

    return way


def _among_newest(looked_at: int, calls: QuerySet[Call], turns: QuerySet[Turn]) -> QuerySet[Call]:
    """All those of `calls` that began since the oldest that is looked at."""
    newest = Call.objects.order_by("-began_at", "-id").values("began_at", "id")[:looked_at]
    oldest = Aggregated(newest, function="min(began_at)", output_field=DateTimeField())
    # Keys are not given in the order of the calls.
    least_key = Aggregated(newest, function="min(id)", output_field=BigIntegerField())
    theirs = turns.filter(call__gte=least_key)
    return calls.filter(having(theirs, "call", are_few=True), began_at__gte=oldest)


def _page(calls: QuerySet[Call], order: Sequence[str]) -> list[int]:
    return list(calls.order_by(*order).values_list("pk", flat=True)[: PAGE_SIZE + 1])


def _these(pks: list[int]) -> QuerySet[Call]:
    return Call.objects.filter(pk__in=pks)
