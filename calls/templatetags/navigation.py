"""The links on top of each page: what the viewer may see, and where they are."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.urls import reverse

register = template.Library()


@dataclass(frozen=True)
class Link:
    """`is_first` ones stay in sight on a narrow screen; `is_setup` ones are under "More" on a wide one too."""

    name: str
    words: str
    permission: str = ""
    is_first: bool = False
    is_setup: bool = False
    staff_only: bool = False


@dataclass(frozen=True)
class Shown:
    link: Link
    address: str
    is_current: bool


LINKS = (
    Link("live", "Live", is_first=True),
    Link("calls", "Calls", is_first=True),
    Link("escalations", "Escalations", "calls.view_escalation", is_first=True),
    Link("follow-ups", "Follow-ups", "calls.view_callback"),
    Link("tickets", "Tickets", "tickets.view_ticket"),
    Link("crm", "CRM", "tickets.view_operation"),
    Link("events", "Events", "calls.view_event", staff_only=True, is_setup=True),
    Link("tools", "Tools", "calls.view_toolcall", is_setup=True),
    Link("intent", "Intent", "calls.view_judgement", is_setup=True),
    Link("assistants", "Assistants", "calls.view_managed", is_setup=True),
    Link("doctor", "Doctor", "calls.view_event", is_setup=True),
    Link("admin:index", "Admin", staff_only=True, is_setup=True),
)


@register.simple_tag
def navigation(request: HttpRequest) -> list[Shown]:
    return [_shown(link, request.path) for link in LINKS if _may_see(link, request)]


@register.filter
def in_sight(links: list[Shown]) -> list[Shown]:
    return [shown for shown in links if not shown.link.is_setup]


@register.filter
def setup(links: list[Shown]) -> list[Shown]:
    return [shown for shown in links if shown.link.is_setup]


@register.filter
def folded(links: list[Shown]) -> list[Shown]:
    return [shown for shown in links if not shown.link.is_first]


@register.filter
def current(links: list[Shown]) -> Shown | None:
    return next((shown for shown in links if shown.is_current), None)


def _may_see(link: Link, request: HttpRequest) -> bool:
    allowed = not link.permission or request.user.has_perm(link.permission)
    return allowed and (request.user.is_staff or not link.staff_only)


def _shown(link: Link, path: str) -> Shown:
    address = reverse(link.name)
    return Shown(link, address, path == address or (address != "/" and path.startswith(address)))
