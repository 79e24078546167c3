"""The ticket side's models, one noun a file."""

from __future__ import annotations

from tickets.models.article import Article
from tickets.models.change import TicketChange
from tickets.models.comment import Comment
from tickets.models.crm_settings import CrmSettings
from tickets.models.customer import Customer
from tickets.models.fetched import Fetched
from tickets.models.operation import Operation
from tickets.models.request import ServiceRequest
from tickets.models.ticket import Ticket

__all__ = [
    "Article",
    "Comment",
    "CrmSettings",
    "Customer",
    "Fetched",
    "Operation",
    "ServiceRequest",
    "Ticket",
    "TicketChange",
]
