"""How the pages write numbers, times, money and who is on the line."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

import phonenumbers
from django import template
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Q
from django.forms import BoundField, Select
from django.utils import timezone
from django.utils.safestring import SafeString

from calls.dashboard.lines import SPEAKERS
from calls.dashboard.outcome import Outcome, outcome
from calls.models import Call, Report

register = template.Library()

DOTS = "••••"
WRITTEN_NUMBER = re.compile(r"\+\d[\d ()-]{5,18}\d")
PLACES_OF_A_CENT = 2
DAY_S = 24 * 60 * 60
TWO_DAYS_S = 2 * DAY_S


@register.filter
def masked(number: str) -> str:
    """+447700900018 → +44 •••• 0018. What is too short to hide behind four digits is hidden whole."""
    digits = "".join(letter for letter in number if letter.isdigit())
    if len(digits) < 8:
        return DOTS if number else ""
    try:
        country = f"+{phonenumbers.parse(number).country_code} "
    except phonenumbers.NumberParseException:
        country = ""
    return f"{country}{DOTS} {digits[-4:]}"


@register.filter
def who(call: Call) -> str:
    """The customer's name, what Vapi called them, or what is known instead."""
    name = call.customer.name if call.customer else ""
    if name or call.customer_name:
        return name or call.customer_name
    if call.kind in (Call.Kind.WEB, Call.Kind.WEBSOCKET):
        return "Web visitor"
    return "Unknown"


@register.filter
def agent(call: Call) -> str:
    name = str(call.assistant) if call.assistant else "No agent named"
    return f"{name} · {call.assistant_version}" if call.assistant_version else name


@register.filter
def ending(call: Call) -> Outcome:
    return outcome(call)


@register.filter
def ending_words(call: Call) -> str:
    ended = outcome(call)
    return f"{ended.words} · {ended.fault}" if ended.fault else ended.words


@register.filter
def kind(call: Call) -> str:
    return dict(Call.Kind.choices).get(call.kind, call.kind).lower()


@register.filter
def clock(seconds: float | None) -> str:
    """245 → 4:05, 3905 → 1:05:05."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def since(began: datetime | None) -> str:
    return clock((timezone.now() - began).total_seconds()) if began else ""


@register.filter
def time_left(due: datetime | None) -> str:
    """As static/app.js writes it on."""
    if due is None:
        return ""
    left = (due - timezone.now()).total_seconds()
    return f"{span(left)} left" if left > 0 else f"overdue by {span(-left)}"


@register.filter
def span(seconds: float) -> str:
    """Days from two days on; nobody counts the seconds then."""
    return clock(seconds) if seconds < TWO_DAYS_S else f"{int(seconds // DAY_S)} days"


@register.filter
def since_s(began: datetime | None) -> str:
    return f"{max(int((timezone.now() - began).total_seconds()), 0)} s" if began else ""


@register.filter
def speaker(role: str) -> str:
    return SPEAKERS.get(role, role)


@register.filter
def duration(call: Call) -> str:
    began = call.started_at or call.began_at
    return clock(((call.ended_at or timezone.now()) - began).total_seconds())


@register.filter
def epoch_ms(at: datetime | None) -> str:
    """For the browser's ticking; never grouped or localised."""
    return str(int(at.timestamp() * 1000)) if at else ""


@register.filter
def stamp(at: datetime | None) -> str:
    """Today 10:42, 21 Nov 10:42, 21 Nov 2025 10:42, in the viewer's zone."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localdate()
    if local.date() == today:
        return f"today {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {local:%H:%M}"


@register.filter
def exact(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S %Z}" if at else ""


@register.filter
def usd(cost: Decimal | None) -> str:
    """Cents where there are any; fractions of a cent only where that is all there is."""
    if cost is None:
        return ""
    return f"${cost:.2f}" if not cost or abs(cost) >= Decimal("0.01") else f"${cost:.4f}"


@register.filter
def seconds(ms: int | None) -> str:
    """What took long is said in seconds."""
    if ms is None:
        return ""
    return f"{ms} ms" if ms < 1_000 else f"{ms / 1_000:.1f} s"


@register.filter
def after(at: datetime | None, began: datetime) -> str:
    """How long after `began` it was: "3.2 s"."""
    return seconds(round((at - began).total_seconds() * 1_000)) if at else ""


@register.filter
def is_over_budget(ms: int | None) -> bool:
    return ms is not None and ms > settings.TOOL_BUDGET_MS


@register.filter
def pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


@register.filter
def compact(value: Any) -> str:
    """Arguments as a reader would write them: ticketId: 12345, urgent: true."""
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return ", ".join(f"{name}: {_plain(part)}" for name, part in value.items())


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


@register.filter
def told(line: str) -> str:
    """What the agent was told; an object as its fields, without the braces."""
    with suppress(ValueError):
        if isinstance(fields := json.loads(line), dict):
            return compact(fields)
    return line


@register.filter
def without_numbers(text: str) -> str:
    """Phone numbers among other words, masked."""
    return WRITTEN_NUMBER.sub(lambda found: masked(found[0]), text)


@register.filter
def began(call: Call) -> datetime:
    return call.started_at or call.began_at


@register.filter
def summary(report: Report) -> str:
    analysis = report.analysis if isinstance(report.analysis, dict) else {}
    return report.summary or str(analysis.get("summary") or "")


@register.filter
def structured(analysis: Any) -> list[tuple[str, str]]:
    """Vapi's structuredData, field by field, where it is an object at all."""
    fields = analysis.get("structuredData") if isinstance(analysis, dict) else None
    return [(name, _plain(value)) for name, value in fields.items()] if isinstance(fields, dict) else []


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field as Tabler wants it, tied to its errors for who cannot see them."""
    css = "form-select" if isinstance(field.field.widget, Select) else "form-control"
    wrong = {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"} if field.errors else {}
    return field.as_widget(attrs={**wrong, "class": f"{css} is-invalid" if wrong else css})


@register.filter
def initials(user: AbstractBaseUser | AnonymousUser) -> str:
    name = getattr(user, "get_full_name", str)() or user.get_username()
    return "".join(part[0] for part in name.split()[:2]).upper()


@register.simple_tag
def granters() -> list[User]:
    """Who can give somebody a right: the admin group and the superusers."""
    admins = User.objects.filter(Q(groups__name="admin") | Q(is_superuser=True), is_active=True)
    return list(admins.distinct().order_by("first_name", "username")[:3])
