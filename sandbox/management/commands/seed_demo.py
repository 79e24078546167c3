"""The demo's login, colleagues, customers and tickets. Running it again changes nothing that is there."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from calls.models import Assistant, TransferDestination
from sandbox.demo.records import ARTICLES, COLLEAGUES, CUSTOMERS, DESTINATION, TICKETS
from sandbox.vapi.account import assistant_id
from tickets.models import Article, Comment, Customer, Ticket
from tickets.pin import mac_of

ANSWERS_THE_PHONE = "Support desk"


class Command(BaseCommand):
    help = "Adds the demo's login, colleagues, customers and tickets."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        add_people(os.environ.get("DEMO_PASSWORD", ""))
        add_customers()
        add_tickets()
        add_assistant()
        add_articles()
        add_transfer_destination()


def add_people(password: str) -> None:
    """One password for all; without one nobody can log in."""
    demo, is_new = User.objects.get_or_create(
        username="demo",
        defaults={"first_name": "Demo", "is_staff": True, "is_superuser": True},
    )
    if password and (is_new or not demo.check_password(password)):
        demo.password = make_password(password)
        demo.save()
    for colleague in COLLEAGUES:
        names = {"first_name": colleague.first_name, "last_name": colleague.last_name, "is_staff": True}
        user, _ = User.objects.get_or_create(username=colleague.username, defaults=names)
        user.groups.add(Group.objects.get(name=colleague.group))
    User.objects.filter(username__in=[each.username for each in COLLEAGUES]).update(password=demo.password)


def add_customers() -> None:
    for one in CUSTOMERS:
        fields = {"name": one.name, "email": one.email, "postcode": one.postcode}
        customer, is_new = Customer.objects.get_or_create(phone=one.phone, defaults=fields)
        if is_new and one.pin:
            customer.pin_mac = mac_of(customer.pk, one.pin)
            customer.save(update_fields=["pin_mac"])


def add_tickets() -> None:
    known = set(Ticket.objects.values_list("number", flat=True))
    customers = {customer.name: customer for customer in Customer.objects.all()}
    staff = {user.username: user for user in User.objects.all()}
    now = timezone.now()
    for row in TICKETS:
        if row.number in known:
            continue
        created_at = now - timedelta(hours=row.hours_old)
        ticket = Ticket.objects.create(
            number=row.number,
            customer=customers[row.customer],
            issue=row.issue,
            status=row.status,
            priority=row.priority,
            assigned_agent=staff.get(row.assigned_agent or ""),
            created_at=created_at,
            updated_at=created_at + timedelta(hours=row.hours_old / 2),
        )
        for position, body in enumerate(row.comments):
            said_at = created_at + timedelta(hours=position + 1)
            Comment.objects.create(ticket=ticket, author=ticket.assigned_agent, body=body, created_at=said_at)
    set_next_number()


def set_next_number() -> None:
    """The rows brought their numbers; the next ticket takes the one after the last."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [Ticket]):
            cursor.execute(sql)


def add_assistant() -> None:
    """The one that answers when the stand-in Vapi asks which assistant should. Its tick may have been moved since."""
    if not Assistant.objects.filter(answers_unassigned_numbers=True).exists():
        Assistant.objects.update_or_create(
            vapi_id=assistant_id(ANSWERS_THE_PHONE),
            defaults={"name": ANSWERS_THE_PHONE, "answers_unassigned_numbers": True},
        )


def add_articles() -> None:
    for article in ARTICLES:
        Article.objects.get_or_create(title=article.title, defaults={"body": article.body, "published": True})


def add_transfer_destination() -> None:
    """Unless somebody has set one since."""
    if not TransferDestination.objects.exists():
        TransferDestination.objects.create(**DESTINATION._asdict())
