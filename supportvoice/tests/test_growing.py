"""What only grows, in the admin: counted and searched as far as there is an index for it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from supportvoice import growing
from tickets.models import Customer, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("growing"))
    return client


def found(client: Client, words: str) -> set[int]:
    rows = client.get("/admin/tickets/ticket/", {"q": words}).context["cl"].queryset
    return set(rows.values_list("pk", flat=True))


def test_a_list_says_where_it_stopped_counting(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    Ticket.objects.bulk_create(Ticket(issue="x") for _ in range(4))
    monkeypatch.setattr(growing, "MOST_COUNTED", 3)
    page = admin.get("/admin/tickets/ticket/")
    assert "more than 3 tickets" in " ".join(page.content.decode().split())
    monkeypatch.setattr(growing, "MOST_COUNTED", 4)
    assert "more than" not in admin.get("/admin/tickets/ticket/").content.decode()


def test_every_word_is_in_one_of_the_fields(admin: Client) -> None:
    ada = Customer.objects.create(name="Ada Young", phone="+447700900018")
    hers = Ticket.objects.create(issue="Parcel never came", customer=ada)
    another = Ticket.objects.create(number=61616, issue="Parcel broke")
    assert found(admin, "parcel") == {hers.pk, another.pk}
    assert found(admin, "parcel young") == {hers.pk}
    assert found(admin, "900018") == {hers.pk}
    assert found(admin, str(another.pk)) == {another.pk}
    assert found(admin, "'never came'") == {hers.pk}
    assert found(admin, "nobody") == set()
    assert found(admin, "9" * 30) == set()
