"""Every list, detail and search page, with what people look for on it: first and deep pages, rare and common words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import BooleanField, DateTimeField, Model
from django.test import RequestFactory

from bench.growth.settings_rows import KEY
from bench.growth.words import code
from bench.growth.world import DAYS, World, number_of
from calls.dashboard.event_filters import EventFilter
from calls.dashboard.filters import CallFilter
from calls.dashboard.ticket_filters import TicketFilter
from calls.models import Call, Event
from calls.tests.dashboard.test_query_budgets import BUDGETS
from tickets.models import Ticket

SAMPLES = 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LISTS = (("/calls/", CallFilter, Call), ("/tickets/", TicketFilter, Ticket), ("/events/", EventFilter, Event))


@dataclass(frozen=True)
class Page:
    """`addresses` are asked in turn."""

    name: str
    addresses: list[str]


def pages(world: World) -> list[Page]:
    return [*_budgeted(world), *_details(world), *_deep(world), *_searches(world), *_filters(world), *_admin(world)]


def _budgeted(world: World) -> Iterator[Page]:
    """The pages whose queries are counted in the tests, each with calls and tickets that are there."""
    for address in BUDGETS:
        named = {"/full/": [one.vapi_id for one in _some(world)], "/12345/": list(_tickets(world)), "/support/": [KEY]}
        part = next((part for part in named if part in address), "")
        yield Page(address, [address.replace(part, f"/{one}/") for one in named[part]] if part else [address])


def _details(world: World) -> Iterator[Page]:
    calls, tickets = [one.id for one in _some(world)], list(_tickets(world))
    escalated = world.calls[::12]
    some = escalated[:: max(len(escalated) // SAMPLES, 1)]
    yield Page("an escalation", [f"/escalations/{one.id}/" for one in some])
    yield Page("an event", [f"/events/{pk}/" for pk in Event.objects.values_list("pk", flat=True)[:SAMPLES]])
    yield Page("a call on Live", [f"/?call={one.vapi_id}" for one in _some(world)])
    yield Page("a call, admin", [f"/admin/calls/call/{pk}/change/" for pk in calls])
    yield Page("a ticket, admin", [f"/admin/tickets/ticket/{number}/change/" for number in tickets])


def _deep(world: World) -> Iterator[Page]:
    for list_page, pks in (("/calls/", world.calls[0].id), ("/tickets/", world.tickets[0])):
        for way in ("before", "after"):
            yield Page(f"{list_page} {way}", [f"{list_page}?{way}={_micros(at)}-{pks}" for at in _moments(world)])
    resolved = [f"/escalations/?show=resolved&before={_micros(at)}-1" for at in _moments(world)]
    yield Page("/escalations/ resolved, before", resolved)
    some = Event.objects.values_list("pk", flat=True)[: 20 * SAMPLES : SAMPLES]
    yield Page("/events/ before", [f"/events/?before={pk}" for pk in some])


def _searches(world: World) -> Iterator[Page]:
    speech = world.speech
    digits = [number_of(one.customer) for one in _some(world)]
    looked_for = {
        "a common word": [speech.common, *speech.vocabulary[1:10]],
        "a usual word": list(speech.usual[:SAMPLES]),
        "a rare word": list(speech.rare[:SAMPLES]),
        "two words": [f"{speech.common} {rare}" for rare in speech.rare[:SAMPLES]],
        "what was said once": [code(number) for number in range(0, world.number, max(world.number // SAMPLES, 1))],
        "a word nobody said": ["zzxqy", "qqqqq"],
        "a first name": ["Ada", "Ben", "Carla"],
        "a last name": speech.last_names[:SAMPLES],
        "a whole name": [f"Ada {last}" for last in speech.last_names[:SAMPLES]],
        "two letters": ["sv", "qu", "zz"],
        "a number": digits,
        "four digits": [one[-4:] for one in digits],
        "a ticket": [str(number) for number in _tickets(world)],
    }
    for list_page in ("/calls/", "/tickets/"):
        for name, words in looked_for.items():
            yield Page(f"{list_page} {name}", [f"{list_page}?{urlencode({'q': one})}" for one in words])
    narrowed = urlencode({"q": speech.common, "status": "in-progress"})
    yield Page("/calls/ a common word, running", [f"/calls/?{narrowed}"])
    yield Page("/events/ of a call", [f"/events/?q={one.vapi_id}" for one in _some(world)])


def _filters(world: World) -> Iterator[Page]:
    """Each choice of each filter; and each of them narrowed to some days."""
    since = (world.now - timedelta(days=20)).date()
    for list_page, narrowing, model in LISTS:
        fields = narrowing({}, queryset=model._default_manager.all()).form.fields
        for name, field in fields.items():
            if isinstance(field, forms.ChoiceField):
                chosen = [value for value, _ in list(field.choices)[1:]]  # type: ignore[arg-type]
                addresses = [f"{list_page}?{urlencode({name: str(value)})}" for value in chosen[:30]]
                yield Page(f"{list_page} by {name}", addresses)
    yield Page("/calls/ of some days", [f"/calls/?since={since}&until={since + timedelta(days=2)}"])
    customers = [one.customer for one in _some(world)]
    yield Page("/tickets/ of a customer", [f"/tickets/?customer={one}" for one in customers])


def _admin(world: World) -> Iterator[Page]:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True)
    words = [world.speech.common, world.speech.last_names[0], world.calls[0].vapi_id, str(world.tickets[0]), "zzxqy"]
    for model, shown in admin.site._registry.items():
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if address not in BUDGETS:
            continue
        last = shown.get_paginator(request, shown.get_queryset(request).order_by("pk"), shown.list_per_page).num_pages
        yield Page(f"{address} deep", [f"{address}?p={page}" for page in sorted({last, last // 2 + 1, last // 3 + 1})])
        if shown.search_fields:
            yield Page(f"{address} search", [f"{address}?{urlencode({'q': one})}" for one in words])
        if filters := list(_choices(model, shown)):
            yield Page(f"{address} filters", filters)


def _choices(model: type[Model], shown: admin.ModelAdmin) -> Iterator[str]:  # type: ignore[type-arg]
    """Some values of each filter, as they are in the newest rows."""
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for one in shown.list_filter:
        name = str(getattr(one, "parameter_name", one)).removesuffix("__exact")
        field = model._meta.get_field(name)
        key = f"{name}__id__exact" if field.is_relation else f"{name}__exact"
        if not isinstance(field, DateTimeField | BooleanField):
            values = model._default_manager.order_by("-pk").values_list(name, flat=True)[:500]
            for value in sorted({str(one) for one in values if one not in (None, "")})[:8]:
                yield f"{address}?{urlencode({key: value})}"


def _some(world: World) -> list:  # type: ignore[type-arg]
    """Of all times, the newest among them."""
    return world.calls[:: -max(world.number // SAMPLES, 1)][:SAMPLES]


def _tickets(world: World) -> range:
    """The first are those that most calls are about."""
    return world.tickets[:SAMPLES]


def _moments(world: World) -> list[datetime]:
    return [world.now - timedelta(days=DAYS) * part / SAMPLES for part in range(1, SAMPLES)]


def _micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
