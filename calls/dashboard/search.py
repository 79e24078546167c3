"""Find that call again: by name, by number, by ticket, by words that were said."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_

from django.db.models import Q

from calls.dashboard.paging import Way
from calls.dashboard.said import said
from calls.models import Call, Escalation, ToolCall
from tickets.models import Customer

TICKET = re.compile(r"(?:tk[\s-]*)?#?(\d{1,18})", re.IGNORECASE)
VISIBLE_DIGITS = 4
# An index on parts of words knows parts of three letters, and no shorter ones but at the beginning of a word.
INDEXED_LETTERS = 3
BEFORE_A_NAME = (" ", "-", "'", "\N{RIGHT SINGLE QUOTATION MARK}", "(")


def meanings(words: str, *, sees_numbers: bool) -> list[Q | Way[Call]]:
    """What the words of a search can be. Each is asked for by itself, since each has an index of its own."""
    return [
        Q(vapi_id=words),
        said(words),
        Q(customer__in=Customer.objects.filter(named("name", words))),
        named("customer_name", words),
        *numbered("customer_number", words, sees_numbers=sees_numbers),
        *_about_ticket(words),
    ]


def named(field: str, words: str) -> Q:
    """A part of a name; one or two letters are how one of its words begins. In other scripts two may be a name."""
    if len(words) >= INDEXED_LETTERS or not words.isascii():
        return Q(**{f"{field}__icontains": words})
    begins = [Q(**{f"{field}__icontains": before + words}) for before in BEFORE_A_NAME]
    return reduce(or_, begins, Q(**{f"{field}__istartswith": words}))


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
