"""How the pages name people, and how many callers wait for one."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from calls.dashboard import needs
from calls.dashboard.one_ticket import FIELD_NAMES
from calls.escalations import deadlines
from calls.escalations.errors import person_name
from calls.models import Escalation

register = template.Library()


@register.filter
def person(user: AbstractBaseUser | None) -> str:
    return person_name(user)


@register.filter
def asked(escalation: Escalation) -> str:
    return needs.asked(escalation)


@register.filter
def due(escalation: Escalation) -> datetime | None:
    return deadlines.due_at(escalation)


@register.filter
def to_do(escalation: Escalation) -> str:
    return deadlines.to_do(escalation)


@register.filter
def is_overdue(escalation: Escalation) -> bool:
    return deadlines.is_overdue(escalation, timezone.now())


@register.filter
def was_late(escalation: Escalation) -> bool:
    return deadlines.was_late(escalation)


@register.filter
def field_name(field: str) -> str:
    return FIELD_NAMES.get(field, field)


@register.simple_tag
def waiting() -> int:
    """Escalations that nobody has."""
    return Escalation.objects.filter(state=Escalation.State.OPEN).count()
