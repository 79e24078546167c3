"""The far ends that every adapter is held against: one contract, whoever answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sandbox.crm import request_tracker as rt_stand_in
from sandbox.crm import zendesk as zendesk_stand_in
from sandbox.crm.server import running
from tests.rt.server import Rt
from tickets.crm.interface import Adapter
from tickets.crm.local import Local
from tickets.crm.needs import Given
from tickets.crm.request_tracker import RequestTracker
from tickets.crm.zendesk import Zendesk
from tickets.models import Customer, Ticket

ADA, BEN = "+447700900018", "+447700900019"


@dataclass
class FarEnd:
    """`person(name, email, phone)` and `ticket(email, subject, status)` plant what was there; each gives its id."""

    adapter: Adapter
    person: Callable[[str, str, str], str]
    ticket: Callable[[str, str, str], str]
    knobs: Callable[..., None] | None = None
    ledger: Callable[[], list[dict[str, Any]]] | None = None


@contextmanager
def local(_folder: Path) -> Iterator[FarEnd]:
    def person(name: str, email: str, phone: str) -> str:
        is_e164 = phone.startswith("+")
        fields = {"phone": phone} if is_e164 else {"phone_tail": phone.replace(" ", "")[-9:]}
        return str(Customer.objects.create(name=name, email=email, **fields).pk)

    def ticket(email: str, subject: str, status: str) -> str:
        customer = Customer.objects.get(email=email)
        return str(Ticket.objects.create(issue=subject, status=status, customer=customer).number)

    yield FarEnd(Local(Given({})), person, ticket)


class _StandIn:
    def __init__(self, url: str) -> None:
        self.url = url

    def post(self, what: str, body: dict[str, Any]) -> Any:
        return httpx.post(f"{self.url}/{what}", json=body, trust_env=False).json()

    def ledger(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = httpx.get(f"{self.url}/_ledger", trust_env=False).json()
        return rows

    def knobs(self, **wanted: Any) -> None:
        self.post("_knobs", wanted)


@contextmanager
def zendesk(_folder: Path) -> Iterator[FarEnd]:
    with running() as url:
        desk = _StandIn(f"{url}/zendesk")
        people: dict[str, str] = {}

        def person(name: str, email: str, phone: str) -> str:
            people[email] = str(desk.post("_plant", {"user": {"name": name, "email": email, "phone": phone}})["id"])
            return people[email]

        def ticket(email: str, subject: str, status: str) -> str:
            row = {"subject": subject, "status": ZENDESK_WORDS.get(status, status), "requester_id": people[email]}
            return str(desk.post("_plant", {"ticket": row})["id"])

        given = {"url": desk.url, "account": zendesk_stand_in.EMAIL, "secret": zendesk_stand_in.TOKEN, "group": "77"}
        yield FarEnd(Zendesk(Given(given)), person, ticket, desk.knobs, desk.ledger)


@contextmanager
def request_tracker_stand_in(_folder: Path) -> Iterator[FarEnd]:
    with running() as url:
        desk = _StandIn(f"{url}/request-tracker")

        def person(name: str, email: str, phone: str) -> str:
            desk.post("_plant", {"user": {"EmailAddress": email, "RealName": name, "MobilePhone": phone}})
            ticket(email, "An old one", "solved")
            return email

        def ticket(email: str, subject: str, status: str) -> str:
            row = {"Subject": subject, "Status": RT_WORDS.get(status, status), "Requestor": email}
            return str(desk.post("_plant", {"ticket": row})["id"])

        yield FarEnd(rt_adapter(desk.url, rt_stand_in.TOKEN), person, ticket, desk.knobs, desk.ledger)


def real_far_end(rt: Rt) -> FarEnd:
    def person(name: str, email: str, phone: str) -> str:
        ticket(email, "An old one", "solved")
        fields = {"RealName": name, "MobilePhone": phone}
        assert rt.ask("PUT", f"user/{email}", json=fields).is_success
        return email

    def ticket(email: str, subject: str, status: str) -> str:
        body = {"Queue": "Support", "Subject": subject, "Requestor": email, "Status": RT_WORDS.get(status, status)}
        return str(rt.ask("POST", "ticket", json=body).json()["id"])

    return FarEnd(rt_adapter(rt.url, rt.tokens["supportvoice"]), person, ticket)


def forget_everybody(rt: Rt) -> None:
    """What a fresh one has; starting it anew for each test would take minutes."""
    for row in rt.ask("GET", "tickets?query=id>0&per_page=100").json()["items"]:
        rt.ask("PUT", f"ticket/{row['id']}", json={"Status": "deleted"})
    for row in rt.ask("GET", "users?query=id>0&per_page=100&fields=MobilePhone").json().get("items", []):
        if row["MobilePhone"]:
            rt.ask("PUT", f"user/{row['id']}", json={"MobilePhone": ""})


def rt_adapter(url: str, token: str) -> RequestTracker:
    given = {"url": url, "secret": token, "queue": "Support", "escalation_queue": "Escalations"}
    return RequestTracker(Given({**given, "key_field": rt_stand_in.FIELD}))


ZENDESK_WORDS = {"on-hold": "hold"}
RT_WORDS = {"solved": "resolved", "pending": "stalled", "closed": "rejected"}
FAR_ENDS: dict[str, Callable[[Path], Any]] = {
    "local": local,
    "zendesk": zendesk,
    "request-tracker": request_tracker_stand_in,
}
REAL_RT = "request-tracker-real"


def with_real_rt() -> bool:
    """REQUIRE_RT=1 holds the real one against it too (`make test-rt`)."""
    return os.environ.get("REQUIRE_RT") == "1"


def wanted() -> list[str]:
    return [*FAR_ENDS, REAL_RT] if with_real_rt() else list(FAR_ENDS)
