"""The ticket that callers ask about."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from calls.tests.answers.asking import ADA
from tickets.models import Customer, Ticket


@pytest.fixture
def ticket(transactional_db: None) -> Ticket:
    ada = Customer.objects.create(name="Ada Byrne", phone=ADA)
    sam = User.objects.create(username="sam", first_name="Sam", last_name="Ortiz")
    return Ticket.objects.create(
        number=12345, customer=ada, issue="Parcel never came", status="open", priority="high", assigned_agent=sam
    )
