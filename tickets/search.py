"""Full-text search for questions asked in plain speech: over the articles, and over one customer's tickets."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from tickets.models import Article, Customer, Ticket
from tickets.models.article import LANGUAGE

_WORD = re.compile(r"\w{2,40}")
MOST_WORDS = 32

# The first is the index's own expression; the second only ranks what the first has found.
ARTICLE_WORDS = SearchVector("title", "body", config=LANGUAGE)
ARTICLE_WEIGHTS = SearchVector("title", weight="A", config=LANGUAGE) + SearchVector("body", weight="C", config=LANGUAGE)
# "My ticket" and its number are words of every ticket.
TICKET_WORDS = SearchVector("issue", Value("ticket"), Cast("number", TextField()), config=LANGUAGE)


class FoundArticle(NamedTuple):
    article: Article
    similarity: float


class FoundTicketNumber(NamedTuple):
    number: int
    similarity: float


def question(text: str) -> SearchQuery | None:
    """Any of its words: people say many more than matter. Only word characters come near the query's syntax."""
    words = list(dict.fromkeys(_WORD.findall(text.lower())))[:MOST_WORDS]
    return SearchQuery(" | ".join(words), config=LANGUAGE, search_type="raw") if words else None


def find_articles(text: str, most: int) -> list[FoundArticle]:
    """Published ones, best first."""
    query = question(text)
    if query is None:
        return []
    found = (
        Article.objects.annotate(words=ARTICLE_WORDS)
        .filter(published=True, words=query)
        .annotate(rank=SearchRank(ARTICLE_WEIGHTS, query))
        .order_by("-rank", "pk")
    )
    return [FoundArticle(article, _similarity(article.rank)) for article in found[:most]]


def find_tickets_of(customer: Customer, text: str, most: int) -> list[FoundTicketNumber]:
    query = question(text)
    if query is None:
        return []
    found = (
        Ticket.objects.filter(customer=customer)
        .annotate(words=TICKET_WORDS)
        .filter(words=query)
        .annotate(rank=SearchRank(TICKET_WORDS, query))
        .order_by("-rank", "-updated_at")
    )
    return [FoundTicketNumber(number, _similarity(rank)) for number, rank in found.values_list("number", "rank")[:most]]


def _similarity(rank: float) -> float:
    return round(min(max(rank, 0.0), 1.0), 4)
