"""What calls are about: customers, their tickets, the comments on them."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class TicketsConfig(AppConfig):
    name = "tickets"

    def ready(self) -> None:
        from tickets.checks import check_crm

        register(check_crm)
