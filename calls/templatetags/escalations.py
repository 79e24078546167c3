"""How the pages name people, and how many callers wait for one."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import AbstractBaseUser

from calls.dashboard.needs import times
from calls.dashboard.one_ticket import FIELD_NAMES
from calls.escalations.errors import person_name
from calls.models import Escalation

register = template.Library()


@register.filter
def person(user: AbstractBaseUser | None) -> str:
    return person_name(user)


@register.filter
def asked(escalation: Escalation) -> str:
    return f"asked for a person{times(escalation.times_asked)}"


@register.filter
def field_name(field: str) -> str:
    return FIELD_NAMES.get(field, field)


@register.simple_tag
def waiting() -> int:
    """Escalations that nobody has."""
    return Escalation.objects.filter(state=Escalation.State.OPEN).count()
