"""What every CRM is here: plain values in, plain values out, typed errors (tickets.crm.errors) and nothing else.

An adapter knows no model, opens no transaction and keeps no state but its HTTP client, so any thread may use it.
Each call is given the seconds it may take, and raises rather than take longer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["create", "add-note", "update", "escalate"]
Proof = Literal["key", "search", "none"]


@dataclass(frozen=True, slots=True)
class Contact:
    """Who a ticket is of. `phones` are as they were written there: with a country, or without one."""

    crm_id: str = ""
    name: str = ""
    email: str = ""
    phones: tuple[str, ...] = ()
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class CrmTicket:
    """A ticket as it stands in the CRM.

    `number` is what people say. `status` and `priority` are ours (Ticket.Status, Ticket.Priority), mapped; what the
    CRM calls them, also where that is nothing we know, is in `crm_status` and `crm_priority`.
    """

    number: str
    subject: str
    status: str
    crm_status: str
    priority: str
    crm_priority: str
    updated_at: datetime
    assignee: str = ""
    group: str = ""
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a phone number or an address leads to. Several contacts mean that it names nobody."""

    contacts: tuple[Contact, ...] = ()
    tickets: tuple[CrmTicket, ...] = ()


@dataclass(frozen=True, slots=True)
class NewTicket:
    """`link` is this installation's own page about the call, empty where it has no public address."""

    subject: str
    body: str
    priority: str = "normal"
    contact: Contact | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What `update` sets, all in one write where the CRM can. None is left as it is; `note` is for staff."""

    status: str | None = None
    priority: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this CRM can do, so that nobody asks it for anything else.

    `proof`: how it can be found out whether a write was done. `key`: the CRM does it once for one key, so it may be
    sent again. `search`: `find_written` knows. `none`: an unclear write becomes a person's task, never a second try.
    `key_lasts_s`: for how long the CRM knows a key; after that its search is asked instead.
    `search_lag_s`: how long after a write `find_written` may still not find it; no more than that is waited.
    `settable_statuses`: our statuses it can be given.
    `spoken_number`: what its ticket numbers look like, as a regular expression.
    """

    proof: dict[Kind, Proof]
    settable_statuses: frozenset[str]
    settable_priorities: frozenset[str]
    spoken_number: str = r"[0-9]{1,18}"
    key_lasts_s: float = math.inf
    search_lag_s: dict[Kind, float] = field(default_factory=dict)
    finds_by_phone: bool = True
    escalates: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """`lines` say in plain words what works and what does not; the first thing to do comes with what does not."""

    works: bool
    lines: list[str] = field(default_factory=list)


class Adapter(Protocol):
    """Every write returns the ticket as it stands afterwards, read again where the CRM's answer does not prove it.

    `key` is the operation's: hex, the same for every attempt. It goes where the CRM takes one (a header, an external
    id, a custom field), and into the note's text where it takes none, so that `find_written` can find it.
    Raises CrmError.
    """

    name: str
    capabilities: Capabilities

    def find_by_number(self, number: str, *, timeout_s: float) -> CrmTicket | None: ...

    def find_open_by_contact(self, *, phone: str = "", email: str = "", timeout_s: float) -> Found:
        """`phone` is E.164. Contacts whose number may be that one are all in, also those written without a country.

        Tickets: open ones of those contacts, newest first, at most ten.
        """
        ...

    def create(self, new: NewTicket, *, key: str, timeout_s: float) -> CrmTicket: ...

    def add_note(self, number: str, text: str, *, public: bool, key: str, timeout_s: float) -> CrmTicket: ...

    def update(self, number: str, change: Change, *, key: str, timeout_s: float) -> CrmTicket: ...

    def escalate(self, number: str, *, brief: str, priority: str, key: str, timeout_s: float) -> CrmTicket:
        """To the group or queue that the settings name, with the brief as a note for staff."""
        ...

    def find_written(self, kind: Kind, number: str, *, key: str, timeout_s: float) -> CrmTicket | None:
        """The proof: the ticket that the write of `key` was done on, None where it was not.

        `number` is empty for create. Raises NoProofError where the CRM cannot tell (yet).
        """
        ...

    def health(self, *, timeout_s: float) -> Health: ...
