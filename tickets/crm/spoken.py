"""What the agent says of what went wrong with a CRM: by the kind of error, and never a byte of its answer."""

from __future__ import annotations

from tickets.crm import errors
from tickets.crm.errors import CrmError

NOT_NOW = "Our ticket system cannot be reached right now. Please try again in a few minutes, or ask for a person."
# The first kind that fits.
SENTENCES: tuple[tuple[type[CrmError], str], ...] = (
    (errors.NotThereError, "No ticket with that number was found for this caller."),
    (errors.ClosedError, "That ticket is closed and takes nothing more. Offer to open a new ticket."),
    (errors.ConflictError, "Somebody is working on that ticket at this moment. It will be tried again."),
    (errors.RefusedError, "Our ticket system did not take that. A person will look at it."),
    (errors.ThrottledError, "Our ticket system is very busy right now. It will be tried again."),
    (errors.BusyError, "Our ticket system is very busy right now. It will be tried again."),
    (errors.TooSlowError, "Our ticket system takes longer than usual. It will be tried again."),
    (errors.NotSetUpError, NOT_NOW),
    (errors.KeyRefusedError, NOT_NOW),
    (CrmError, NOT_NOW),
)


def sentence_for(error: CrmError) -> str:
    return next(sentence for kind, sentence in SENTENCES if isinstance(error, kind))
