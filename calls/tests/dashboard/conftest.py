"""Somebody who is logged in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client


def client_in(group: str | None, *, is_staff: bool = False) -> Client:
    user = User.objects.create_user(group or "nogroup", is_staff=is_staff)
    if group:
        user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    return client_in("viewer")


@pytest.fixture
def agent(db: None) -> Client:
    return client_in("agent")


@pytest.fixture
def stranger(db: None) -> Client:
    """Has a login and no group."""
    return client_in(None)


@pytest.fixture
def admin(db: None) -> Client:
    return client_in("admin", is_staff=True)
