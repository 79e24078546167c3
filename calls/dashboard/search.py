"""Find that call again: by name, by number, by ticket, by words that were said."""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from calls.models import Escalation, ToolCall, Turn
from tickets.models import Customer

TICKET = re.compile(r"(?:tk[\s-]*)?#?(\d{1,18})", re.IGNORECASE)
VISIBLE_DIGITS = 4
# To fetch these by the index takes as long as to find a page of them among the newest of 100,000 calls.
RARE_TURNS = 7_000


def meanings(words: str, *, sees_numbers: bool) -> list[Q]:
    """What the words of a search can be. Each is asked for by itself, since each has an index of its own."""
    return [
        Q(vapi_id=words),
        Q(pk__in=_said(words)),
        Q(customer__in=Customer.objects.filter(name__icontains=words)),
        Q(customer_name__icontains=words),
        *numbered("customer_number", words, sees_numbers=sees_numbers),
        *_about_ticket(words),
    ]


def _said(words: str) -> QuerySet[Turn, Any]:
    """Calls in whose turns they are. DISTINCT makes the index on words come first: the database would rather look
    through the newest calls, which for a rare word are all calls.
    """
    query = SearchQuery(words, config="simple", search_type="websearch")
    turns = Turn.objects.annotate(words=SearchVector("text", config="simple")).filter(words=query).order_by()
    calls = turns.values("call")
    return calls.distinct() if _estimated(turns) <= RARE_TURNS else calls


def _estimated(rows: QuerySet[Turn]) -> int:
    """How many the database takes them to be, by its statistics of words."""
    return int(json.loads(rows.explain(format="json"))[0]["Plan"]["Plan Rows"])


def numbered(field: str, words: str, *, sees_numbers: bool) -> list[Q]:
    """Whoever sees numbers masked can search only by what is shown: otherwise the search would unmask them."""
    digits = re.sub(r"[\s().+-]", "", words)
    if not digits.isdecimal() or len(digits) < VISIBLE_DIGITS:
        return []
    if sees_numbers:
        return [Q(**{f"{field}__contains": digits})]
    return [Q(**{f"{field}__endswith": digits})] if len(digits) == VISIBLE_DIGITS else []


def _about_ticket(words: str) -> list[Q]:
    if not (match := TICKET.fullmatch(words.strip())):
        return []
    ticket = int(match[1])
    return [Q(pk__in=of.objects.filter(ticket=ticket).values("call")) for of in (ToolCall, Escalation)]
