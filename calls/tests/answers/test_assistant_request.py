"""Which assistant answers an inbound call. Through the DRF view and through the lane."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError

from calls.models import Assistant
from calls.tests.conftest import Post, load
from tickets.models import Customer, Ticket

REQUEST = load("assistant-request__inbound")


def test_the_assistant_for_unassigned_numbers_answers_and_knows_who_calls(post: Post) -> None:
    ada = Customer.objects.create(name="Ada Byrne", phone="+447700900018")
    for status in ("open", "new", "closed"):
        Ticket.objects.create(customer=ada, issue="x", status=status)
    Assistant.objects.create(vapi_id="asst-1", answers_unassigned_numbers=True)
    Assistant.objects.create(vapi_id="asst-2")
    variables = {"customerName": "Ada Byrne", "openTicketCount": "2"}
    assert post(REQUEST).json() == {"assistantId": "asst-1", "assistantOverrides": {"variableValues": variables}}


def test_nobody_is_named_where_the_number_is_nobodys_or_shared(post: Post) -> None:
    Assistant.objects.create(vapi_id="asst-1", answers_unassigned_numbers=True)
    unknown = post(REQUEST).json()
    for name in ("One", "Two"):
        Customer.objects.create(name=name, phone="+447700900018")
    shared = post(REQUEST).json()
    assert unknown == shared
    assert unknown["assistantOverrides"]["variableValues"] == {"customerName": "", "openTicketCount": "0"}


def test_without_an_assistant_the_caller_is_sent_to_the_fallback_number(post: Post, settings: Any) -> None:
    settings.VAPI_FALLBACK_NUMBER = "+12025550100"
    assert post(REQUEST).json() == {"destination": {"type": "number", "number": "+12025550100"}}


def test_without_either_the_caller_hears_a_sentence(post: Post) -> None:
    assert post(REQUEST).json() == {"error": "Sorry, nobody can take your call right now. Please try again later."}


def test_only_one_assistant_can_answer_unassigned_numbers(db: None) -> None:
    Assistant.objects.create(vapi_id="asst-1", answers_unassigned_numbers=True)
    with pytest.raises(IntegrityError):
        Assistant.objects.create(vapi_id="asst-2", answers_unassigned_numbers=True)
