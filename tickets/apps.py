"""What calls are about: customers, their tickets, the comments on them."""

from __future__ import annotations

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"
