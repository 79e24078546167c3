"""Who may go where: every address of the installation, asked for as nobody, viewer, agent, manager and admin."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from calls.body import pack
from calls.models import (
    ApiPass,
    Assistant,
    Call,
    Callback,
    DayCompleteness,
    Delivery,
    Disclosure,
    Escalation,
    Event,
    Healing,
    Incident,
    Judgement,
    LookupMiss,
    Managed,
    Pending,
    ToolCall,
    Verification,
)
from calls.models.do_not_call import DoNotCall, RefusedDials
from calls.models.transfer_destination import TransferDestination
from tickets.models import Article, CrmSettings, Customer, Fetched, Operation, ServiceRequest, Ticket

OUR_KEYS = ("int:pk", "int:number", "uuid:pk")
ROLES = ("nobody", "viewer", "agent", "manager", "admin")
EVENT = uuid.UUID("019335d0-0000-7000-8000-000000000001")
# route, method, and what nobody, viewer, agent, manager and admin get
TABLE = r"""
login/                                                     GET  200 302 302 302 302
logout/                                                    POST 302 302 302 302 302
healthz                                                    GET  200 200 200 200 200
readyz                                                     GET  200 200 200 200 200
metrics                                                    GET  404 404 404 404 404
admin/                                                     GET  302 302 302 302 200
admin/login/                                               GET  200 200 200 200 302
admin/logout/                                              POST 302 302 302 302 302
admin/password_change/                                     GET  302 302 302 302 200
admin/password_change/done/                                GET  302 302 302 302 200
admin/autocomplete/                                        GET  302 302 302 302 403
admin/jsi18n/                                              GET  302 302 302 302 200
admin/r/<path:content_type_id>/<path:object_id>/           GET  302 302 302 302 404
admin/auth/group/                                          GET  302 302 302 302 200
admin/auth/group/add/                                      GET  302 302 302 302 403
admin/auth/group/<path:object_id>/history/                 GET  302 302 302 302 200
admin/auth/group/<path:object_id>/delete/                  GET  302 302 302 302 403
admin/auth/group/<path:object_id>/change/                  GET  302 302 302 302 200
admin/auth/group/<path:object_id>/                         GET  302 302 302 302 302
admin/auth/user/<id>/password/                             GET  302 302 302 302 200
admin/auth/user/                                           GET  302 302 302 302 200
admin/auth/user/add/                                       GET  302 302 302 302 200
admin/auth/user/<path:object_id>/history/                  GET  302 302 302 302 200
admin/auth/user/<path:object_id>/delete/                   GET  302 302 302 302 403
admin/auth/user/<path:object_id>/change/                   GET  302 302 302 302 200
admin/auth/user/<path:object_id>/                          GET  302 302 302 302 302
admin/tickets/ticket/                                      GET  302 302 302 302 200
admin/tickets/ticket/add/                                  GET  302 302 302 302 200
admin/tickets/ticket/<path:object_id>/history/             GET  302 302 302 302 200
admin/tickets/ticket/<path:object_id>/delete/              GET  302 302 302 302 200
admin/tickets/ticket/<path:object_id>/change/              GET  302 302 302 302 200
admin/tickets/ticket/<path:object_id>/                     GET  302 302 302 302 302
admin/tickets/customer/                                    GET  302 302 302 302 200
admin/tickets/customer/add/                                GET  302 302 302 302 200
admin/tickets/customer/<path:object_id>/history/           GET  302 302 302 302 200
admin/tickets/customer/<path:object_id>/delete/            GET  302 302 302 302 200
admin/tickets/customer/<path:object_id>/change/            GET  302 302 302 302 200
admin/tickets/customer/<path:object_id>/                   GET  302 302 302 302 302
admin/tickets/servicerequest/                              GET  302 302 302 302 200
admin/tickets/servicerequest/add/                          GET  302 302 302 302 200
admin/tickets/servicerequest/<path:object_id>/history/     GET  302 302 302 302 200
admin/tickets/servicerequest/<path:object_id>/delete/      GET  302 302 302 302 200
admin/tickets/servicerequest/<path:object_id>/change/      GET  302 302 302 302 200
admin/tickets/servicerequest/<path:object_id>/             GET  302 302 302 302 302
admin/calls/callback/                                      GET  302 302 302 302 200
admin/calls/callback/add/                                  GET  302 302 302 302 200
admin/calls/callback/<path:object_id>/history/             GET  302 302 302 302 200
admin/calls/callback/<path:object_id>/delete/              GET  302 302 302 302 200
admin/calls/callback/<path:object_id>/change/              GET  302 302 302 302 200
admin/calls/callback/<path:object_id>/                     GET  302 302 302 302 302
admin/calls/call/                                          GET  302 302 302 302 200
admin/calls/call/add/                                      GET  302 302 302 302 403
admin/calls/call/<path:object_id>/history/                 GET  302 302 302 302 200
admin/calls/call/<path:object_id>/delete/                  GET  302 302 302 302 403
admin/calls/call/<path:object_id>/change/                  GET  302 302 302 302 200
admin/calls/call/<path:object_id>/                         GET  302 302 302 302 302
admin/calls/event/                                         GET  302 302 302 302 200
admin/calls/event/add/                                     GET  302 302 302 302 403
admin/calls/event/<path:object_id>/history/                GET  302 302 302 302 200
admin/calls/event/<path:object_id>/delete/                 GET  302 302 302 302 403
admin/calls/event/<path:object_id>/change/                 GET  302 302 302 302 200
admin/calls/event/<path:object_id>/                        GET  302 302 302 302 302
admin/calls/pending/                                       GET  302 302 302 302 200
admin/calls/pending/add/                                   GET  302 302 302 302 403
admin/calls/pending/<path:object_id>/history/              GET  302 302 302 302 200
admin/calls/pending/<path:object_id>/delete/               GET  302 302 302 302 403
admin/calls/pending/<path:object_id>/change/               GET  302 302 302 302 200
admin/calls/pending/<path:object_id>/                      GET  302 302 302 302 302
admin/calls/escalation/                                    GET  302 302 302 302 200
admin/calls/escalation/add/                                GET  302 302 302 302 200
admin/calls/escalation/<path:object_id>/history/           GET  302 302 302 302 200
admin/calls/escalation/<path:object_id>/delete/            GET  302 302 302 302 200
admin/calls/escalation/<path:object_id>/change/            GET  302 302 302 302 200
admin/calls/escalation/<path:object_id>/                   GET  302 302 302 302 302
admin/calls/assistant/                                     GET  302 302 302 302 200
admin/calls/assistant/add/                                 GET  302 302 302 302 200
admin/calls/assistant/<path:object_id>/history/            GET  302 302 302 302 200
admin/calls/assistant/<path:object_id>/delete/             GET  302 302 302 302 200
admin/calls/assistant/<path:object_id>/change/             GET  302 302 302 302 200
admin/calls/assistant/<path:object_id>/                    GET  302 302 302 302 302
admin/calls/transferdestination/                           GET  302 302 302 302 200
admin/calls/transferdestination/add/                       GET  302 302 302 302 200
admin/calls/transferdestination/<path:object_id>/history/  GET  302 302 302 302 200
admin/calls/transferdestination/<path:object_id>/delete/   GET  302 302 302 302 200
admin/calls/transferdestination/<path:object_id>/change/   GET  302 302 302 302 200
admin/calls/transferdestination/<path:object_id>/          GET  302 302 302 302 302
admin/calls/donotcall/                                     GET  302 302 302 302 200
admin/calls/donotcall/add/                                 GET  302 302 302 302 200
admin/calls/donotcall/<path:object_id>/history/            GET  302 302 302 302 200
admin/calls/donotcall/<path:object_id>/delete/             GET  302 302 302 302 200
admin/calls/donotcall/<path:object_id>/change/             GET  302 302 302 302 200
admin/calls/donotcall/<path:object_id>/                    GET  302 302 302 302 302
admin/calls/refuseddials/                                  GET  302 302 302 302 200
admin/calls/refuseddials/add/                              GET  302 302 302 302 403
admin/calls/refuseddials/<path:object_id>/history/         GET  302 302 302 302 200
admin/calls/refuseddials/<path:object_id>/delete/          GET  302 302 302 302 403
admin/calls/refuseddials/<path:object_id>/change/          GET  302 302 302 302 200
admin/calls/refuseddials/<path:object_id>/                 GET  302 302 302 302 302
admin/tickets/article/                                     GET  302 302 302 302 200
admin/tickets/article/add/                                 GET  302 302 302 302 200
admin/tickets/article/<path:object_id>/history/            GET  302 302 302 302 200
admin/tickets/article/<path:object_id>/delete/             GET  302 302 302 302 200
admin/tickets/article/<path:object_id>/change/             GET  302 302 302 302 200
admin/tickets/article/<path:object_id>/                    GET  302 302 302 302 302
admin/calls/delivery/                                      GET  302 302 302 302 200
admin/calls/delivery/add/                                  GET  302 302 302 302 403
admin/calls/delivery/<path:object_id>/history/             GET  302 302 302 302 200
admin/calls/delivery/<path:object_id>/delete/              GET  302 302 302 302 403
admin/calls/delivery/<path:object_id>/change/              GET  302 302 302 302 200
admin/calls/delivery/<path:object_id>/                     GET  302 302 302 302 302
admin/calls/disclosure/                                    GET  302 302 302 302 200
admin/calls/disclosure/add/                                GET  302 302 302 302 403
admin/calls/disclosure/<path:object_id>/history/           GET  302 302 302 302 200
admin/calls/disclosure/<path:object_id>/delete/            GET  302 302 302 302 403
admin/calls/disclosure/<path:object_id>/change/            GET  302 302 302 302 200
admin/calls/disclosure/<path:object_id>/                   GET  302 302 302 302 302
admin/calls/judgement/                                     GET  302 302 302 302 200
admin/calls/judgement/add/                                 GET  302 302 302 302 403
admin/calls/judgement/<path:object_id>/history/            GET  302 302 302 302 200
admin/calls/judgement/<path:object_id>/delete/             GET  302 302 302 302 403
admin/calls/judgement/<path:object_id>/change/             GET  302 302 302 302 200
admin/calls/judgement/<path:object_id>/                    GET  302 302 302 302 302
admin/calls/lookupmiss/                                    GET  302 302 302 302 200
admin/calls/lookupmiss/add/                                GET  302 302 302 302 403
admin/calls/lookupmiss/<path:object_id>/history/           GET  302 302 302 302 200
admin/calls/lookupmiss/<path:object_id>/delete/            GET  302 302 302 302 403
admin/calls/lookupmiss/<path:object_id>/change/            GET  302 302 302 302 200
admin/calls/lookupmiss/<path:object_id>/                   GET  302 302 302 302 302
admin/calls/verification/                                  GET  302 302 302 302 200
admin/calls/verification/add/                              GET  302 302 302 302 403
admin/calls/verification/<path:object_id>/history/         GET  302 302 302 302 200
admin/calls/verification/<path:object_id>/delete/          GET  302 302 302 302 403
admin/calls/verification/<path:object_id>/change/          GET  302 302 302 302 200
admin/calls/verification/<path:object_id>/                 GET  302 302 302 302 302
admin/calls/apipass/                                       GET  302 302 302 302 200
admin/calls/apipass/add/                                   GET  302 302 302 302 403
admin/calls/apipass/<path:object_id>/history/              GET  302 302 302 302 200
admin/calls/apipass/<path:object_id>/delete/               GET  302 302 302 302 403
admin/calls/apipass/<path:object_id>/change/               GET  302 302 302 302 200
admin/calls/apipass/<path:object_id>/                      GET  302 302 302 302 302
admin/calls/daycompleteness/                               GET  302 302 302 302 200
admin/calls/daycompleteness/add/                           GET  302 302 302 302 403
admin/calls/daycompleteness/<path:object_id>/history/      GET  302 302 302 302 200
admin/calls/daycompleteness/<path:object_id>/delete/       GET  302 302 302 302 403
admin/calls/daycompleteness/<path:object_id>/change/       GET  302 302 302 302 200
admin/calls/daycompleteness/<path:object_id>/              GET  302 302 302 302 302
admin/calls/healing/                                       GET  302 302 302 302 200
admin/calls/healing/add/                                   GET  302 302 302 302 403
admin/calls/healing/<path:object_id>/history/              GET  302 302 302 302 200
admin/calls/healing/<path:object_id>/delete/               GET  302 302 302 302 403
admin/calls/healing/<path:object_id>/change/               GET  302 302 302 302 200
admin/calls/healing/<path:object_id>/                      GET  302 302 302 302 302
admin/calls/incident/                                      GET  302 302 302 302 200
admin/calls/incident/add/                                  GET  302 302 302 302 403
admin/calls/incident/<path:object_id>/history/             GET  302 302 302 302 200
admin/calls/incident/<path:object_id>/delete/              GET  302 302 302 302 403
admin/calls/incident/<path:object_id>/change/              GET  302 302 302 302 200
admin/calls/incident/<path:object_id>/                     GET  302 302 302 302 302
admin/calls/managed/                                       GET  302 302 302 302 200
admin/calls/managed/add/                                   GET  302 302 302 302 403
admin/calls/managed/<path:object_id>/history/              GET  302 302 302 302 200
admin/calls/managed/<path:object_id>/delete/               GET  302 302 302 302 403
admin/calls/managed/<path:object_id>/change/               GET  302 302 302 302 200
admin/calls/managed/<path:object_id>/                      GET  302 302 302 302 302
admin/tickets/operation/                                   GET  302 302 302 302 200
admin/tickets/operation/add/                               GET  302 302 302 302 403
admin/tickets/operation/<path:object_id>/history/          GET  302 302 302 302 200
admin/tickets/operation/<path:object_id>/delete/           GET  302 302 302 302 403
admin/tickets/operation/<path:object_id>/change/           GET  302 302 302 302 200
admin/tickets/operation/<path:object_id>/                  GET  302 302 302 302 302
admin/tickets/fetched/                                     GET  302 302 302 302 200
admin/tickets/fetched/add/                                 GET  302 302 302 302 403
admin/tickets/fetched/<path:object_id>/history/            GET  302 302 302 302 200
admin/tickets/fetched/<path:object_id>/delete/             GET  302 302 302 302 403
admin/tickets/fetched/<path:object_id>/change/             GET  302 302 302 302 200
admin/tickets/fetched/<path:object_id>/                    GET  302 302 302 302 302
admin/tickets/crmsettings/                                 GET  302 302 302 302 200
admin/tickets/crmsettings/add/                             GET  302 302 302 302 200
admin/tickets/crmsettings/<path:object_id>/history/        GET  302 302 302 302 200
admin/tickets/crmsettings/<path:object_id>/delete/         GET  302 302 302 302 200
admin/tickets/crmsettings/<path:object_id>/change/         GET  302 302 302 302 200
admin/tickets/crmsettings/<path:object_id>/                GET  302 302 302 302 302
admin/^(?P<app_label>auth|tickets|calls)/$                 GET  302 302 302 302 200
admin/(?P<url>.*)$                                         GET  302 302 302 302 404
^webhook(?:/vapi)?/?$                                      POST 415 415 415 415 415
^webhook/vapi/(?P<endpoint>[a-z0-9][a-z0-9_-]{0,63})/?$    POST 404 404 404 404 404
/                                                          GET  302 200 200 200 200
live/stream                                                GET  401 200 200 200 200
calls/                                                     GET  302 200 200 200 200
calls/<call_id:vapi_id>/                                   GET  302 200 200 200 200
calls/<call_id:vapi_id>/number                             POST 302 403 200 200 200
tools/                                                     GET  302 200 200 200 200
completeness/                                              GET  302 200 200 200 200
doctor/                                                    GET  302 403 403 403 200
doctor/checks                                              POST 302 403 403 403 200
calls/<call_id:vapi_id>/player                             GET  302 403 200 200 200
calls/<call_id:vapi_id>/recording                          GET  401 403 404 404 404
sandbox/vapi/call/<str:call_id>/mono-recording             GET  401 401 401 401 401
sandbox/vapi/call                                          GET  401 401 401 401 401
sandbox/vapi/call/<str:call_id>                            GET  401 401 401 401 401
sandbox/vapi/_next                                         POST 401 401 401 401 401
sandbox/vapi/<str:kind>                                    GET  401 401 401 401 401
sandbox/vapi/<str:kind>/<str:vapi_id>                      GET  401 401 401 401 401
sandbox/storage/<str:call_id>-mono.wav                     GET  403 403 403 403 403
escalations/                                               GET  302 200 200 200 200
escalations/waiting                                        GET  302 200 200 200 200
escalations/<int:pk>/                                      GET  302 200 200 200 200
escalations/<int:pk>/claim                                 POST 302 403 200 200 200
escalations/<int:pk>/assign                                POST 302 403 422 422 422
escalations/<int:pk>/release                               POST 302 403 200 200 200
escalations/<int:pk>/resolve                               POST 302 403 422 422 422
escalations/<int:pk>/note                                  POST 302 403 422 422 422
follow-ups/                                                GET  302 200 200 200 200
follow-ups/callbacks/<int:pk>/number                       POST 302 403 200 200 200
follow-ups/callbacks/<int:pk>/done                         POST 302 403 200 200 200
follow-ups/callbacks/<int:pk>/cancel                       POST 302 403 422 422 422
follow-ups/requests/<int:pk>/approve                       POST 302 403 200 200 200
follow-ups/requests/<int:pk>/decline                       POST 302 403 422 422 422
intent/                                                    GET  302 200 200 200 200
intent/<int:pk>/right                                      POST 302 403 403 303 303
intent/<int:pk>/wrong                                      POST 302 403 403 303 303
crm/                                                       GET  302 200 200 200 200
crm/<int:pk>/settle                                        POST 302 403 422 422 422
crm/<int:pk>/retry                                         POST 302 403 200 200 200
assistants/                                                GET  302 403 403 200 200
assistants/plan                                            GET  302 403 403 200 200
assistants/runs                                            GET  302 403 403 200 200
assistants/start                                           POST 302 403 403 422 422
assistants/<slug:kind>/<str:key>/                          GET  302 403 403 200 200
events/                                                    GET  302 403 403 403 200
events/<uuid:pk>/                                          GET  302 403 403 403 200
events/<uuid:pk>/retry                                     POST 302 403 403 403 200
tickets/                                                   GET  302 200 200 200 200
tickets/<int:number>/                                      GET  302 200 200 200 200
tickets/<int:number>/change                                POST 302 403 422 422 422
tickets/<int:number>/comment                               POST 302 403 422 422 422
tickets/<int:number>/number                                POST 302 403 200 200 200
calls/<call_id:vapi_id>/tickets/open                       POST 302 403 422 422 422
calls/<call_id:vapi_id>/tickets/link                       POST 302 403 422 422 422
calls/<call_id:vapi_id>/tickets/unlink                     POST 302 403 422 422 422
"""


def routes(resolver: Any, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


def expected() -> dict[str, tuple[str, list[int]]]:
    """route → method and the five answers."""
    table = {}
    for line in filter(None, TABLE.splitlines()):
        route, method, *codes = line.rsplit(maxsplit=6)
        table["" if route == "/" else route] = (method, [int(code) for code in codes])
    return table


@pytest.fixture
def examples(db: None) -> dict[str, str]:
    """What stands for each placeholder, by the address it appears in."""
    customer = Customer.objects.create(name="Ada Byrne", phone="+447700900018")
    ticket = Ticket.objects.create(number=12345, issue="Parcel never came", customer=customer)
    call = Call.objects.create(vapi_id="c1", customer=customer)
    Event.objects.create(id=EVENT, call_id="c1", type="hang", body=pack(b"{}"), received_bytes=2)
    Pending.objects.create(event_id=EVENT, call_id="c1")
    keys: dict[str, object] = {
        "admin/auth/group/": Group.objects.get(name="viewer").pk,
        "admin/auth/user/": User.objects.create_user("somebody").pk,
        "admin/tickets/ticket/": ticket.pk,
        "admin/tickets/customer/": customer.pk,
        "admin/tickets/servicerequest/": ServiceRequest.objects.create(ticket=ticket, kind="refund").pk,
        "admin/calls/callback/": Callback.objects.create(number="+447700900018", due_at=timezone.now(), topic="x").pk,
        "admin/calls/call/": call.pk,
        "admin/calls/event/": EVENT,
        "admin/calls/pending/": EVENT,
        "admin/calls/escalation/": (escalation := Escalation.objects.create(call=call, reason="asked")).pk,
        "escalations/": escalation.pk,
        "admin/calls/assistant/": Assistant.objects.create(vapi_id="a1").pk,
        "admin/calls/transferdestination/": TransferDestination.objects.create(name="Desk", sip_uri="sip:a@b.com").pk,
        "admin/calls/donotcall/": DoNotCall.objects.create(number="+447700900018").pk,
        "admin/calls/refuseddials/": RefusedDials.objects.create(day="2026-11-22", reason="listed", count=1).pk,
        "admin/tickets/article/": Article.objects.create(title="Refunds", body="Five days.").pk,
        "admin/r/": ContentType.objects.get_for_model(Ticket).pk,
        **slow_rows(call, ticket, customer),
        "tickets/": ticket.pk,
        "events/": EVENT,
        "calls/": "c1",
    }
    keys["crm/"] = keys["admin/tickets/operation/"]
    keys["follow-ups/callbacks/"] = keys["admin/calls/callback/"]
    keys["follow-ups/requests/"] = keys["admin/tickets/servicerequest/"]
    return {prefix: str(key) for prefix, key in keys.items()}


def slow_rows(call: Call, ticket: Ticket, customer: Customer) -> dict[str, object]:
    """What is left of a call with a slow CRM."""
    tool_call = ToolCall.objects.create(call=call, tool_call_id="t", name="getTicket", arguments_hash=b"x")
    operation = {"key": "k", "kind": "add-note", "crm": "zendesk", "ticket": ticket, "state": "dead"}
    judged = {"intent": "cancel", "verdict": "do", "reason": "An order"}
    disclosure = {"call": call, "ticket": ticket, "tool": "getTicket", "step": "caller-number"}
    return {
        "admin/calls/delivery/": Delivery.objects.create(tool_call=tool_call).pk,
        "admin/calls/disclosure/": Disclosure.objects.create(**disclosure).pk,
        "admin/calls/judgement/": (judgement := Judgement.objects.create(tool_call=tool_call, **judged)).pk,
        "intent/": judgement.pk,
        "admin/calls/lookupmiss/": LookupMiss.objects.create(call=call, tool="getTicket").pk,
        "admin/calls/verification/": Verification.objects.create(call=call, customer=customer, factor="pin").pk,
        "admin/calls/apipass/": ApiPass.objects.create().pk,
        "admin/calls/daycompleteness/": DayCompleteness.objects.create(day="2026-11-22").pk,
        "admin/calls/healing/": Healing.objects.create(call=call, field="report").pk,
        "admin/calls/incident/": Incident.objects.create(call=call, kind="no-report").pk,
        "admin/calls/managed/": Managed.objects.create(kind="assistant", key="support").pk,
        "admin/tickets/operation/": Operation.objects.create(**operation).pk,
        "admin/tickets/crmsettings/": CrmSettings.objects.create(name="zendesk").pk,
        "admin/tickets/fetched/": Fetched.objects.create(crm="zendesk", subject="number:1").pk,
    }


def address(route: str, examples: dict[str, str]) -> str:
    key = next((key for prefix, key in examples.items() if route.startswith(prefix)), "1")
    path = route.replace("^", "").replace("$", "").replace("(?P<app_label>auth|tickets|calls)", "calls")
    path = (
        path.replace("<slug:kind>/<str:key>", "assistant/support")
        .replace("(?P<url>.*)", "nowhere")
        .replace("(?:/vapi)?/?", "/vapi")
    )
    path = path.replace("(?P<endpoint>[a-z0-9][a-z0-9_-]{0,63})/?", "nowhere")
    placeholders = ("path:object_id", "path:content_type_id", "id", "call_id:vapi_id", "str:call_id")
    for placeholder in (*placeholders, *OUR_KEYS):
        path = path.replace(f"<{placeholder}>", key)
    return f"/{path}"


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream would close the connection whose transaction this test is."""
    monkeypatch.setattr(connections, "close_all", lambda: None)


def client_of(role: str) -> Client:
    client = Client(raise_request_exception=False)
    if role != "nobody":
        user = User.objects.create_user(role, is_staff=role == "admin")
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
    return client


def test_every_address_is_in_the_table() -> None:
    assert set(routes(get_resolver())) == set(expected())


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_role_gets_what_the_table_says(role: str, examples: dict[str, str]) -> None:
    client, answered = client_of(role), {}
    for route in sorted(expected(), key=lambda route: "logout" in route):
        if "logout" in route and role != "nobody":
            client.force_login(User.objects.get(username=role))
        response = getattr(client, expected()[route][0].lower())(address(route, examples))
        answered[route] = response.status_code
    assert answered == {route: codes[ROLES.index(role)] for route, (_, codes) in expected().items()}
