"""Find that call again: by name, by number, by ticket, by words that were said."""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from calls.models import Call, Escalation, ToolCall, Turn

TICKET = re.compile(r"(?:tk[\s-]*)?#?(\d{1,18})", re.IGNORECASE)
VISIBLE_DIGITS = 4


def search(calls: QuerySet[Call], words: str, *, sees_numbers: bool) -> QuerySet[Call]:
    found = (
        _named(words)
        | Q(pk__in=_said(words).values("call"))
        | numbered("customer_number", words, sees_numbers=sees_numbers)
        | _about_ticket(words)
    )
    return calls.filter(found)


def _named(words: str) -> Q:
    return Q(customer__name__icontains=words) | Q(customer_name__icontains=words) | Q(vapi_id=words)


def _said(words: str) -> QuerySet[Turn]:
    query = SearchQuery(words, config="simple", search_type="websearch")
    return Turn.objects.annotate(words=SearchVector("text", config="simple")).filter(words=query)


def numbered(field: str, words: str, *, sees_numbers: bool) -> Q:
    """Whoever sees numbers masked can search only by what is shown: otherwise the search would unmask them."""
    digits = re.sub(r"[\s().+-]", "", words)
    if not digits.isdecimal() or len(digits) < VISIBLE_DIGITS:
        return Q()
    if sees_numbers:
        return Q(**{f"{field}__contains": digits})
    return Q(**{f"{field}__endswith": digits}) if len(digits) == VISIBLE_DIGITS else Q()


def _about_ticket(words: str) -> Q:
    if not (match := TICKET.fullmatch(words.strip())):
        return Q()
    ticket = int(match[1])
    return Q(pk__in=ToolCall.objects.filter(ticket=ticket).values("call")) | Q(
        pk__in=Escalation.objects.filter(ticket=ticket).values("call")
    )
