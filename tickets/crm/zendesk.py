"""Zendesk Support. Sources: its OpenAPI document and developer.zendesk.com (rate limits, idempotency, safe updates)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from tickets.crm import errors
from tickets.crm.http import Deadline, Http
from tickets.crm.interface import Capabilities, Change, Contact, CrmTicket, Found, Health, Kind, NewTicket
from tickets.crm.marker import marked, marker
from tickets.crm.needs import Given, Need
from tickets.crm.spellings import may_be_same, spellings
from tickets.crm.vocabulary import Vocabulary

NEEDS = (
    Need("url", "ZENDESK_URL", "your Zendesk's address", "https://yourcompany.zendesk.com"),
    Need("account", "ZENDESK_EMAIL", "the e-mail of the agent whose token it is", "desk@yourcompany.com"),
    Need("secret", "ZENDESK_TOKEN", "an API token"),
    Need("group", "ZENDESK_GROUP_ID", "id of the group that escalations go to", "360001", required=False),
)
VOCABULARY = Vocabulary(
    statuses={
        "new": "new",
        "open": "open",
        "pending": "pending",
        "hold": "on-hold",
        "solved": "solved",
        "closed": "closed",
    },
    priorities={"low": "low", "normal": "normal", "high": "high", "urgent": "urgent"},
)
# Nobody sets `closed` (Zendesk does, days after solved), nor back to `new`.
SETTABLE = frozenset({"open", "pending", "on-hold", "solved"})
TAG = "phone-agent"
# Published as two hours and as a few minutes; each with something to spare.
KEY_LASTS_S, SEARCH_LAG_S = 90 * 60, 15 * 60
MOST_TICKETS = 10
MOST_CONTACTS = 5


class Zendesk:
    name = "zendesk"
    capabilities = Capabilities(
        proof={"create": "key", "add-note": "search", "update": "search", "escalate": "search"},
        key_lasts_s=KEY_LASTS_S,
        search_lag_s={"create": SEARCH_LAG_S},
        settable_statuses=SETTABLE,
        settable_priorities=VOCABULARY.settable_priorities,
    )

    def __init__(self, given: Given) -> None:
        given.insist(NEEDS)
        login = base64.b64encode(f"{given['account']}/token:{given['secret']}".encode()).decode()
        self._http = Http(f"{given['url'].rstrip('/')}/api/v2", {"authorization": f"Basic {login}"})
        self._group = given["group"]

    def find_by_number(self, number: str, *, timeout_s: float) -> CrmTicket | None:
        if not number.isdigit():
            return None
        try:
            return self._ticket(number, Deadline(timeout_s))
        except errors.NotThereError:
            return None

    def find_open_by_contact(self, *, phone: str = "", email: str = "", timeout_s: float) -> Found:
        """Through the users, since a ticket carries no phone and the ticket search lags minutes behind."""
        deadline = Deadline(timeout_s)
        contacts: dict[str, Contact] = {}
        queries = [f"phone:{spelling}" for spelling in spellings(phone)] + ([f"email:{email}"] if email else [])
        for query in queries:
            for user in self._http.get("users/search.json", deadline, query=query).body.get("users", []):
                contact = _contact(user)
                if (phone and may_be_same(phone, contact.phones)) or (email and contact.email == email.lower()):
                    contacts[contact.crm_id] = contact
        found = [
            ticket for contact in list(contacts.values())[:MOST_CONTACTS] for ticket in self._open(contact, deadline)
        ]
        newest = sorted(found, key=lambda ticket: ticket.updated_at, reverse=True)
        return Found(tuple(contacts.values()), tuple(newest[:MOST_TICKETS]))

    def _open(self, contact: Contact, deadline: Deadline) -> Iterable[CrmTicket]:
        path = f"users/{quote(contact.crm_id)}/tickets/requested.json"
        rows = self._http.get(path, deadline, sort_by="updated_at", sort_order="desc").body.get("tickets", [])
        return (_ticket(row, contact) for row in rows if row.get("status") not in ("solved", "closed"))

    def create(self, new: NewTicket, *, key: str, timeout_s: float) -> CrmTicket:
        body = "\n\n".join(part for part in (new.body or new.subject, new.link) if part)
        ticket: dict[str, Any] = {
            "subject": new.subject,
            "comment": {"body": marked(body, key), "public": False},
            "priority": VOCABULARY.their_priority(new.priority),
            "tags": [TAG],
            "external_id": marker(key),
        }
        deadline = Deadline(timeout_s)
        if requester := _requester(new.contact):
            ticket |= requester
        headers = {"idempotency-key": key}
        made = self._http.send("POST", "tickets.json", deadline, json={"ticket": ticket}, headers=headers).body[
            "ticket"
        ]
        return _ticket(made, new.contact)

    def add_note(self, number: str, text: str, *, public: bool, key: str, timeout_s: float) -> CrmTicket:
        return self._put(number, {"comment": {"body": marked(text, key), "public": public}}, Deadline(timeout_s))

    def update(self, number: str, change: Change, *, key: str, timeout_s: float) -> CrmTicket:
        deadline = Deadline(timeout_s)
        fields: dict[str, Any] = {"comment": {"body": marked(change.note or "Changed.", key), "public": False}}
        if change.status:
            fields["status"] = VOCABULARY.their_status(change.status)
        if change.priority:
            fields["priority"] = VOCABULARY.their_priority(change.priority)
        return self._put(number, fields, deadline)

    def escalate(self, number: str, *, brief: str, priority: str, key: str, timeout_s: float) -> CrmTicket:
        fields: dict[str, Any] = {
            "comment": {"body": marked(brief, key), "public": False},
            "priority": VOCABULARY.their_priority(priority),
        }
        if self._group:
            fields["group_id"] = int(self._group)
        return self._put(number, fields, Deadline(timeout_s))

    def find_written(self, kind: Kind, number: str, *, key: str, timeout_s: float) -> CrmTicket | None:
        """Comments are read as they are; tickets are found by a search that lags behind."""
        deadline = Deadline(timeout_s)
        if kind == "create":
            query = f"type:ticket external_id:{marker(key)}"
            found = self._http.get("search.json", deadline, query=query).body.get("results", [])
            mine = [row for row in found if row.get("external_id") == marker(key)]
            return self._ticket(str(mine[0]["id"]), deadline) if mine else None
        comments = self._http.get(f"tickets/{quote(number)}/comments.json", deadline, sort_order="desc").body
        written = marker(key)
        if not any(written in str(comment.get("body", "")) for comment in comments.get("comments", [])):
            return None
        return self._ticket(number, deadline)

    def health(self, *, timeout_s: float) -> Health:
        me = self._http.get("users/me.json", Deadline(timeout_s)).body.get("user", {})
        if me.get("role") not in ("agent", "admin"):
            return Health(False, ["The token's user is no agent: make one in the Admin Center and use its token."])
        lines = [f"Signed in as {me.get('name', 'an agent')} ({me['role']})."]
        if not self._group:
            lines.append("No group for escalations is set: they only raise the priority (ZENDESK_GROUP_ID).")
        return Health(True, lines)

    def _ticket(self, number: str, deadline: Deadline) -> CrmTicket:
        answer = self._http.get(f"tickets/{quote(number)}.json", deadline, include="users").body
        users = {str(user["id"]): _contact(user) for user in answer.get("users", [])}
        row = answer["ticket"]
        assignee = users.get(str(row.get("assignee_id")))
        return _ticket(row, users.get(str(row.get("requester_id"))), assignee.name if assignee else "")

    def _put(self, number: str, fields: dict[str, Any], deadline: Deadline) -> CrmTicket:
        before = self._ticket(number, deadline)
        if before.status == "closed":
            raise errors.ClosedError("Closed tickets of Zendesk cannot be changed.")
        self._http.send("PUT", f"tickets/{quote(number)}.json", deadline, json={"ticket": fields})
        return self._ticket(number, deadline)


def _requester(contact: Contact | None) -> dict[str, Any]:
    """Zendesk makes or finds the user by the e-mail; without one by its id alone."""
    if contact is None:
        return {}
    if contact.crm_id:
        return {"requester_id": int(contact.crm_id)}
    return {"requester": {"name": contact.name or contact.email, "email": contact.email}} if contact.email else {}


def _contact(user: dict[str, Any]) -> Contact:
    phones = tuple(
        str(phone) for phone in (user.get("phone"), user.get("shared_phone_number")) if isinstance(phone, str)
    )
    return Contact(
        crm_id=str(user["id"]),
        name=str(user.get("name") or ""),
        email=str(user.get("email") or "").lower(),
        phones=phones,
        postcode=str((user.get("user_fields") or {}).get("postcode") or ""),
    )


def _ticket(row: dict[str, Any], contact: Contact | None, assignee: str = "") -> CrmTicket:
    status, priority = str(row.get("status") or ""), str(row.get("priority") or "")
    return CrmTicket(
        number=str(row["id"]),
        subject=str(row.get("subject") or ""),
        status=VOCABULARY.status(status),
        crm_status=status,
        priority=VOCABULARY.priority(priority),
        crm_priority=priority,
        updated_at=datetime.fromisoformat(str(row["updated_at"]).replace("Z", "+00:00")),
        assignee=assignee,
        group=str(row.get("group_id") or ""),
        contact=contact,
    )
