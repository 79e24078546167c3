"""A CRM's words for statuses and priorities, both ways. What has no translation is kept beside ours, never lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tickets.models import Ticket

UNKNOWN_STATUS, UNKNOWN_PRIORITY = Ticket.Status.OPEN, Ticket.Priority.NORMAL


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Theirs → ours. Of several words for one of ours, the first is the one that is set."""

    statuses: Mapping[str, str]
    priorities: Mapping[str, str]

    def status(self, theirs: str) -> str:
        """An unknown one is somebody's own state of an open ticket: it must stay findable."""
        return self.statuses.get(theirs.lower(), UNKNOWN_STATUS)

    def priority(self, theirs: str) -> str:
        return self.priorities.get(theirs.lower(), UNKNOWN_PRIORITY)

    def their_status(self, ours: str) -> str | None:
        return next((theirs for theirs, one in self.statuses.items() if one == ours), None)

    def their_priority(self, ours: str) -> str | None:
        return next((theirs for theirs, one in self.priorities.items() if one == ours), None)

    @property
    def settable_statuses(self) -> frozenset[str]:
        return frozenset(self.statuses.values())

    @property
    def settable_priorities(self) -> frozenset[str]:
        return frozenset(self.priorities.values())
