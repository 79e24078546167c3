"""A customer's PIN is set in the admin and never shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tickets.models import Customer
from tickets.pin import is_pin

pytestmark = pytest.mark.django_db


def save(admin_client: Any, customer: Customer, **fields: str) -> Any:
    url = reverse("admin:tickets_customer_change", args=[customer.pk])
    return admin_client.post(url, {"name": customer.name, "postcode": "", **fields})


def test_a_pin_is_set_kept_and_removed(admin_client: Any) -> None:
    customer = Customer.objects.create(name="Ada")
    assert save(admin_client, customer, new_pin="2468", postcode="sw1a 1aa").status_code == 302
    customer.refresh_from_db()
    assert is_pin(customer, "2468")
    assert customer.postcode == "SW1A1AA"
    save(admin_client, customer)
    customer.refresh_from_db()
    assert is_pin(customer, "2468")
    assert b"2468" not in admin_client.get(reverse("admin:tickets_customer_change", args=[customer.pk])).content
    save(admin_client, customer, no_pin="on")
    customer.refresh_from_db()
    assert not is_pin(customer, "2468")


def test_what_is_no_pin_is_refused_in_words(admin_client: Any) -> None:
    customer = Customer.objects.create(name="Ada")
    assert "four to eight digits" in save(admin_client, customer, new_pin="12a4").content.decode()
    customer.refresh_from_db()
    assert customer.pin_mac is None
