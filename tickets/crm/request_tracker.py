"""Request Tracker 5 over REST 2.0. Every line about its answers was seen on a real 5.0.3 (`make test-rt` looks again).

A 200 may mean refused, so what was written is read again. Addresses in its answers are not followed: they are built
from its own configuration. Its users are never searched by phone: that filter is dropped and everybody is returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from tickets.crm import errors
from tickets.crm.http import Deadline, Http
from tickets.crm.interface import Capabilities, Change, Contact, CrmTicket, Found, Health, Kind, NewTicket
from tickets.crm.marker import marked, marker
from tickets.crm.needs import Given, Need
from tickets.crm.spellings import may_be_same
from tickets.crm.vocabulary import Vocabulary

NEEDS = (
    Need("url", "RT_URL", "where RT's pages begin", "https://rt.yourcompany.com"),
    Need("secret", "RT_TOKEN", "an authentication token of the user that writes"),
    Need("queue", "RT_QUEUE", "the queue that new tickets go to", "Support"),
    Need("escalation_queue", "RT_ESCALATION_QUEUE", "the queue that escalations go to", "Escalations", required=False),
    Need("key_field", "RT_KEY_FIELD", "a ticket custom field for our key", "SupportVoice Key", required=False),
)
VOCABULARY = Vocabulary(
    statuses={
        "new": "new",
        "open": "open",
        "stalled": "pending",
        "resolved": "solved",
        "rejected": "closed",
        "deleted": "closed",
    },
    # Words as RT shows them; numbers are sorted in by `_priority`.
    priorities={"low": "low", "medium": "normal", "high": "high", "urgent": "urgent"},
)
PRIORITY_NUMBERS = {"low": 0, "normal": 50, "high": 100, "urgent": 110}
PHONES = ("MobilePhone", "WorkPhone", "HomePhone")
EXPANDED = {
    "fields": "Subject,Status,Priority,LastUpdated,Queue,Owner,Requestor",
    "fields[Queue]": "Name",
    "fields[Owner]": "Name,RealName",
    "fields[Requestor]": "Name,EmailAddress,RealName,PostalCode,MobilePhone,WorkPhone,HomePhone",
}
PAGE, MOST_PAGES, MOST_TICKETS = 100, 5, 10
# A number written with spaces still ends in these without one.
LAST_DIGITS = 4


class RequestTracker:
    name = "request-tracker"

    def __init__(self, given: Given) -> None:
        given.insist(NEEDS)
        self._http = Http(f"{given['url'].rstrip('/')}/REST/2.0", {"authorization": f"token {given['secret']}"})
        self._queue, self._escalations = given["queue"], given["escalation_queue"]
        self._key_field = given["key_field"]
        self.capabilities = Capabilities(
            proof={
                "create": "search" if self._key_field else "none",
                "add-note": "search",
                "update": "search",
                "escalate": "search",
            },
            settable_statuses=VOCABULARY.settable_statuses,
            settable_priorities=VOCABULARY.settable_priorities,
        )

    def find_by_number(self, number: str, *, timeout_s: float) -> CrmTicket | None:
        if not number.isdigit():
            return None
        try:
            return self._ticket(number, Deadline(timeout_s))
        except errors.NotThereError:
            return None

    def find_open_by_contact(self, *, phone: str = "", email: str = "", timeout_s: float) -> Found:
        """Contacts are known by their tickets: whoever never had one is not found."""
        asked = [f"Requestor.{field} LIKE {_quoted(phone[-LAST_DIGITS:])}" for field in PHONES if phone]
        if email:
            asked.append(f"Requestor.EmailAddress = {_quoted(email)}")
        if not asked:
            return Found()
        contacts: dict[str, Contact] = {}
        tickets: list[CrmTicket] = []
        for row in self._rows(" OR ".join(asked), Deadline(timeout_s)):
            for contact in map(_contact, row.get("Requestor", [])):
                if (phone and may_be_same(phone, contact.phones)) or (email and contact.email == email.lower()):
                    contacts[contact.crm_id] = contact
                    tickets.append(_as_ticket(row, contact))
        is_open = [ticket for ticket in tickets if ticket.status not in ("solved", "closed")]
        newest = sorted(is_open, key=lambda ticket: ticket.updated_at, reverse=True)
        return Found(tuple(contacts.values()), tuple(newest[:MOST_TICKETS]))

    def create(self, new: NewTicket, *, key: str, timeout_s: float) -> CrmTicket:
        deadline = Deadline(timeout_s)
        body = "\n\n".join(part for part in (new.body or new.subject, new.link) if part)
        fields: dict[str, Any] = {
            "Queue": self._queue,
            "Subject": new.subject,
            "Content": marked(body, key),
            "ContentType": "text/plain",
            "Priority": PRIORITY_NUMBERS[new.priority],
        }
        if new.contact and new.contact.email:
            fields["Requestor"] = new.contact.email
        if self._key_field:
            fields["CustomFields"] = {self._key_field: marker(key)}
        made = self._http.send("POST", "ticket", deadline, json=fields).body
        if not isinstance(made, dict) or "id" not in made:
            raise errors.RefusedError("No ticket came back.")
        return self._ticket(str(made["id"]), deadline)

    def add_note(self, number: str, text: str, *, public: bool, key: str, timeout_s: float) -> CrmTicket:
        return self._say(number, text, key, Deadline(timeout_s), how="correspond" if public else "comment")

    def update(self, number: str, change: Change, *, key: str, timeout_s: float) -> CrmTicket:
        """The note comes last: where it is there, all of it was done."""
        deadline = Deadline(timeout_s)
        wanted: dict[str, Any] = {}
        if change.status:
            wanted["Status"] = VOCABULARY.their_status(change.status)
        if change.priority:
            wanted["Priority"] = PRIORITY_NUMBERS[change.priority]
        if wanted:
            self._http.send("PUT", f"ticket/{quote(number)}", deadline, json=wanted)
        return self._say(number, change.note or "Changed.", key, deadline)

    def escalate(self, number: str, *, brief: str, priority: str, key: str, timeout_s: float) -> CrmTicket:
        deadline = Deadline(timeout_s)
        wanted: dict[str, Any] = {"Priority": PRIORITY_NUMBERS[priority]}
        if self._escalations:
            wanted["Queue"] = self._escalations
        self._http.send("PUT", f"ticket/{quote(number)}", deadline, json=wanted)
        found = self._say(number, brief, key, deadline)
        if self._escalations and found.group != self._escalations:
            raise errors.RefusedError("The ticket did not move to the escalation queue.")
        return found

    def _say(self, number: str, text: str, key: str, deadline: Deadline, how: str = "comment") -> CrmTicket:
        body = {"Content": marked(text, key), "ContentType": "text/plain"}
        try:
            self._http.send("POST", f"ticket/{quote(number)}/{how}", deadline, json=body)
        except errors.RefusedError as error:
            # RT says the same of no such ticket and of a missing right, which no other attempt changes.
            self._ticket(number, deadline)
            raise errors.KeyRefusedError(error.detail) from None
        return self._ticket(number, deadline)

    def find_written(self, kind: Kind, number: str, *, key: str, timeout_s: float) -> CrmTicket | None:
        deadline = Deadline(timeout_s)
        if kind == "create":
            return self._created(key, deadline)
        query = {"fields": "Content", "order": "DESC", "orderby": "id", "per_page": str(PAGE)}
        said = self._http.get(f"ticket/{quote(number)}/attachments", deadline, **query).body
        written = marker(key)
        if not any(written in str(item.get("Content", "")) for item in said.get("items", [])):
            return None
        return self._ticket(number, deadline)

    def _created(self, key: str, deadline: Deadline) -> CrmTicket | None:
        if not self._key_field:
            raise errors.NoProofError("No custom field for our key is set (RT_KEY_FIELD).")
        field = self._key_field.replace("}", "")
        rows = list(self._rows(f"'CF.{{{_escaped(field)}}}' = {_quoted(marker(key))}", deadline))
        return _as_ticket(rows[0], _first_contact(rows[0])) if rows else None

    def health(self, *, timeout_s: float) -> Health:
        deadline = Deadline(timeout_s)
        version = self._http.get("rt", deadline).body.get("Version", "?")
        lines, works = [f"Request Tracker {version} answers, and knows the token."], True
        for queue in filter(None, (self._queue, self._escalations)):
            fields = self._queue_fields(queue, deadline)
            if fields is None:
                works = False
                lines.append(f"There is no queue {queue}, or the token's user may not see it (right SeeQueue).")
            elif self._key_field and self._key_field not in fields:
                works = False
                lines.append(f"The queue {queue} has no custom field {self._key_field}: apply it in RT (RT_KEY_FIELD).")
        if not self._key_field:
            lines.append("No custom field for our key is set (RT_KEY_FIELD): an unclear new ticket waits for a person.")
        return Health(works, lines)

    def _queue_fields(self, queue: str, deadline: Deadline) -> set[str] | None:
        try:
            found = self._http.get(f"queue/{quote(queue, safe='')}", deadline).body
        except (errors.NotThereError, errors.KeyRefusedError):
            return None
        return {str(field.get("name")) for field in found.get("TicketCustomFields", [])}

    def _ticket(self, number: str, deadline: Deadline) -> CrmTicket:
        """A merged ticket is read under the number it goes by now."""
        rows = list(self._rows(f"id = {int(number)}", deadline))
        if not rows:
            now = str(self._http.get(f"ticket/{quote(number)}", deadline).body["id"])
            rows = list(self._rows(f"id = {int(now)}", deadline))
        if not rows:
            raise errors.NotThereError
        return _as_ticket(rows[0], _first_contact(rows[0]))

    def _rows(self, query: str, deadline: Deadline) -> Iterator[dict[str, Any]]:
        """Newest first."""
        order = {"orderby": "LastUpdated", "order": "DESC", "per_page": str(PAGE)}
        for page in range(1, MOST_PAGES + 1):
            answer = self._http.get("tickets", deadline, query=query, page=str(page), **order, **EXPANDED).body
            yield from answer["items"]
            if page >= int(answer.get("pages") or 0):
                return


def _quoted(text: str) -> str:
    return f"'{_escaped(text)}'"


def _escaped(text: str) -> str:
    """TicketSQL comes from what callers say, too."""
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _first_contact(row: dict[str, Any]) -> Contact | None:
    requestors = row.get("Requestor") or []
    return _contact(requestors[0]) if requestors else None


def _contact(user: dict[str, Any]) -> Contact:
    return Contact(
        crm_id=str(user["id"]),
        name=str(user.get("RealName") or ""),
        email=str(user.get("EmailAddress") or "").lower(),
        phones=tuple(str(user[field]) for field in PHONES if user.get(field)),
        postcode=str(user.get("PostalCode") or ""),
    )


def _as_ticket(row: dict[str, Any], contact: Contact | None) -> CrmTicket:
    status, priority, owner = str(row["Status"]), str(row.get("Priority") or ""), row.get("Owner") or {}
    return CrmTicket(
        number=str(row["id"]),
        subject=str(row.get("Subject") or ""),
        status=VOCABULARY.status(status),
        crm_status=status,
        priority=_priority(priority),
        crm_priority=priority,
        updated_at=datetime.fromisoformat(str(row["LastUpdated"]).replace("Z", "+00:00")),
        assignee="" if owner.get("id") == "Nobody" else str(owner.get("RealName") or owner.get("Name") or ""),
        group=str((row.get("Queue") or {}).get("Name") or ""),
        contact=contact,
    )


def _priority(theirs: str) -> str:
    """A number, or the word that the ticket was made with."""
    if not theirs.lstrip("-").isdigit():
        return VOCABULARY.priority(theirs)
    return next((ours for ours, number in PRIORITY_NUMBERS.items() if int(theirs) <= number), "urgent")
