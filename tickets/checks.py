"""What would keep a CRM from working is said before the start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from supportvoice.outgoing import is_allowed_address
from tickets.crm.connections import KINDS, from_environment


def check_crm(**_: Any) -> list[CheckMessage]:
    """By the environment alone: the checks run before the database is there."""
    if not settings.CRM:
        return []
    kind = KINDS.get(settings.CRM)
    if kind is None:
        hint = f"One of: {', '.join(KINDS)}."
        return [Error(f"CRM names none that we know: {settings.CRM!r}.", hint=hint, id="tickets.E001")]
    given = {need.name: from_environment(need) for need in kind.needs}
    if not any(given.values()):
        return []  # in the admin
    missing = [need for need in kind.needs if need.required and not given[need.name]]
    found: list[CheckMessage] = [
        Error(f"{kind.label} is half set up: {need.variable} is not set.", hint=need.label, id="tickets.E002")
        for need in missing
    ]
    if given.get("url") and not is_allowed_address(given["url"]):
        hint = "https://, and a host; tickets and their key travel there."
        found.append(Error(f"The address of {kind.label} is not to be asked.", hint=hint, id="tickets.E003"))
    return found
