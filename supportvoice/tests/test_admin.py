"""The admin has our name, and managing users is not a way to become a superuser."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client) -> User:
    """Logged in; may view and change users, as the admin group may."""
    user = User.objects.create_user("clerk", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client.force_login(user)
    return user


def form(user: User, **changes: str) -> dict[str, str]:
    return {
        "username": user.username,
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
        "is_active": "on",
        **changes,
    }


def test_who_manages_users_cannot_make_a_superuser(client: Client, clerk: User) -> None:
    address = reverse("admin:auth_user_change", args=[clerk.pk])
    response = client.post(address, form(clerk, is_staff="on", is_superuser="on", first_name="Chris"))
    clerk.refresh_from_db()
    assert response.status_code == 302
    assert (clerk.first_name, clerk.is_superuser) == ("Chris", False)


def test_nor_change_one(client: Client, clerk: User) -> None:
    root = User.objects.create_superuser("root")
    assert client.post(reverse("admin:auth_user_change", args=[root.pk]), form(root)).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[root.pk])).status_code == 403


def test_a_superuser_can(client: Client, clerk: User) -> None:
    client.force_login(User.objects.create_superuser("root"))
    client.post(reverse("admin:auth_user_change", args=[clerk.pk]), form(clerk, is_superuser="on"))
    clerk.refresh_from_db()
    assert clerk.is_superuser


def test_it_has_our_name(client: Client, clerk: User) -> None:
    page = client.get(reverse("admin:index")).content.decode()
    assert "<title>Site administration | SupportVoice</title>" in page
    assert "Django administration" not in page
