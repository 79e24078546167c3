"""A CRM in memory for the operations' own tests: it counts what was really done for each key."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from tickets.crm import errors
from tickets.crm.interface import Capabilities, Change, CrmTicket, Kind, NewTicket, Proof


class KilledError(BaseException):
    """The process ends here: nothing after this line runs."""


@dataclass
class Desk:
    """`next` is what happens to the next write: an error raised before or after the work, or the end of the process."""

    proof: Proof = "search"
    effects: Counter[str] = field(default_factory=Counter)
    next: list[tuple[str, BaseException | None]] = field(default_factory=list)
    tickets: dict[str, CrmTicket] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    refuses_status: bool = False
    name: str = "zendesk"

    @property
    def capabilities(self) -> Capabilities:
        every: dict[Kind, Proof] = dict.fromkeys(("create", "add-note", "update", "escalate"), self.proof)
        return Capabilities(every, frozenset({"open", "pending", "solved"}), frozenset({"normal", "high", "urgent"}))

    def create(self, new: NewTicket, *, key: str, timeout_s: float) -> CrmTicket:
        return self._write(key, str(1_000 + len(self.tickets)), subject=new.subject, priority=new.priority)

    def add_note(self, number: str, text: str, *, public: bool, key: str, timeout_s: float) -> CrmTicket:
        return self._write(key, number)

    def update(self, number: str, change: Change, *, key: str, timeout_s: float) -> CrmTicket:
        wanted = {"status": change.status, "priority": change.priority}
        if self.refuses_status:
            wanted.pop("status")
        return self._write(key, number, **{name: value for name, value in wanted.items() if value})

    def escalate(self, number: str, *, brief: str, priority: str, key: str, timeout_s: float) -> CrmTicket:
        return self._write(key, number, priority=priority)

    def find_written(self, kind: Kind, number: str, *, key: str, timeout_s: float) -> CrmTicket | None:
        return self.tickets[self.by_key[key]] if key in self.by_key else None

    def _write(self, key: str, number: str, **fields: Any) -> CrmTicket:
        when, error = self.next.pop(0) if self.next else ("", None)
        if error and when == "before":
            raise error
        if not (self.proof == "key" and key in self.by_key):
            self._do(key, number, fields)
        if error:
            raise error
        return self.tickets[self.by_key[key]]

    def _do(self, key: str, number: str, fields: dict[str, Any]) -> None:
        before = self.tickets.get(number)
        row = {"subject": "", "status": "new", "priority": "normal"}
        if before:
            row = {name: getattr(before, name) for name in row}
        row |= fields
        self.tickets[number] = CrmTicket(
            number, row["subject"], row["status"], row["status"], row["priority"], row["priority"], timezone.now()
        )
        self.by_key[key] = number
        self.effects[key] += 1

    def find_by_number(self, number: str, *, timeout_s: float) -> CrmTicket | None:
        return self.tickets.get(number)


BEFORE_SENDING = (errors.UnreachableError(), errors.ThrottledError(retry_after_s=5), errors.BreakerOpenError())
MAYBE_DONE = (errors.TooSlowError(), errors.BrokenError())
