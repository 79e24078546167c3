"""What can go wrong with a CRM. No error holds a byte of its answer; `detail` is ours, for staff."""

from __future__ import annotations


class CrmError(Exception):
    """`may_be_done`: the write may have happened all the same. `try_again`: later it may go better.

    `counts`: the CRM itself failed, which its circuit breaker counts; a refusal of one request is not that.
    """

    may_be_done = False
    try_again = False
    counts = False

    def __init__(self, detail: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = retry_after_s


class NotSetUpError(CrmError):
    """The settings lack something; `detail` names it."""


class KeyRefusedError(CrmError):
    """The CRM does not know our key, or gives it too few rights."""


class NotThereError(CrmError):
    """No such ticket: never there, deleted, or not to be seen by our key."""


class ClosedError(CrmError):
    """The ticket takes nothing more."""


class RefusedError(CrmError):
    """The CRM understood, and does not do it: a value it does not know, a field it wants."""


class ConflictError(CrmError):
    """Somebody changed the ticket at the same moment."""

    try_again = True


class ThrottledError(CrmError):
    """Too many requests; `retry_after_s` says when, where the CRM said it."""

    try_again = True


class UnreachableError(CrmError):
    """Nothing was sent: no connection, no such host."""

    try_again = True
    counts = True


class BrokenError(CrmError):
    """Its server failed (5xx), or answered what is no answer."""

    may_be_done = True
    try_again = True
    counts = True


class TooSlowError(CrmError):
    """Sent, and no answer in the time there was."""

    may_be_done = True
    try_again = True
    counts = True


class NoProofError(CrmError):
    """The CRM cannot tell whether a write was done; `try_again` later where its search only lags behind."""

    may_be_done = True

    def __init__(self, detail: str = "", *, try_again: bool = False) -> None:
        super().__init__(detail)
        self.try_again = try_again


class NotAskedError(CrmError):
    """We did not ask at all, to spare the CRM or the caller."""

    try_again = True


class BreakerOpenError(NotAskedError):
    """It failed too often just now."""


class BusyError(NotAskedError):
    """As many requests are under way as it is given at once."""
