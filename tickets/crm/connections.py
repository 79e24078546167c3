"""Which CRM is the active one, and the adapters by name. The environment decides over what the admin holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.conf import settings

from supportvoice.encryption import unseal
from tickets.crm import local, request_tracker, zendesk
from tickets.crm.errors import NotSetUpError
from tickets.crm.guard import Guarded
from tickets.crm.interface import Adapter
from tickets.crm.needs import Given, Need
from tickets.models import CrmSettings

LOCAL = "local"
# How old what a process knows of the settings may be.
KNOWN_FOR_S = 5.0


@dataclass(frozen=True, slots=True)
class Kind:
    label: str
    needs: tuple[Need, ...]
    adapter: Callable[[Given], Adapter]


KINDS: dict[str, Kind] = {
    LOCAL: Kind("Tickets kept here", local.NEEDS, local.Local),
    "zendesk": Kind("Zendesk", zendesk.NEEDS, zendesk.Zendesk),
    "request-tracker": Kind("Request Tracker", request_tracker.NEEDS, request_tracker.RequestTracker),
}


@dataclass(frozen=True, slots=True)
class Connection:
    name: str
    given: Given

    @property
    def label(self) -> str:
        return KINDS[self.name].label

    @property
    def is_local(self) -> bool:
        return self.name == LOCAL


class _Known:
    """What this process knows for some seconds: the active connection, and the adapters made of their settings."""

    def __init__(self) -> None:
        self.active: tuple[float, Connection] | None = None
        self.adapters: dict[str, tuple[Given, Guarded]] = {}


_known = _Known()


def active() -> Connection:
    """Of the database at most each KNOWN_FOR_S seconds. An unknown name is a check's error, and means `local` here."""
    now = time.monotonic()
    if _known.active and now < _known.active[0] + KNOWN_FOR_S:
        return _known.active[1]
    found = connection(_active_name())
    _known.active = (now, found)
    return found


def forget() -> None:
    """For whoever has just changed the settings."""
    _known.active = None
    _known.adapters.clear()


def _active_name() -> str:
    name = settings.CRM or CrmSettings.objects.filter(active=True).values_list("name", flat=True).first() or LOCAL
    return name if name in KINDS else LOCAL


def connection(name: str) -> Connection:
    if name not in KINDS:
        raise NotSetUpError(f"There is no CRM named {name!r}. There are: {', '.join(KINDS)}.")
    row = CrmSettings.objects.filter(pk=name).first() if KINDS[name].needs else None
    return Connection(
        name, Given({need.name: from_environment(need) or _from_row(need, row) for need in KINDS[name].needs})
    )


def adapter(name: str) -> Guarded:
    """Raises NotSetUpError. The same one for as long as its settings are the same: it holds open connections."""
    found = active() if active().name == name else connection(name)
    held = _known.adapters.get(name)
    if held is None or held[0] != found.given:
        held = (found.given, Guarded(KINDS[name].adapter(found.given)))
        _known.adapters[name] = held
    return held[1]


def from_environment(need: Need) -> str:
    return settings.CRM_VARIABLES.get(need.variable, "")


def _from_row(need: Need, row: CrmSettings | None) -> str:
    if row is None:
        return ""
    if need.is_secret:
        return _unsealed(row)
    if need.name in ("url", "account"):
        return str(getattr(row, need.name))
    return str(row.options.get(need.name) or "")


def _unsealed(row: CrmSettings) -> str:
    try:
        return unseal(row.secret) if row.secret else ""
    except InvalidToken:
        raise NotSetUpError("The secret was sealed with a key that is not in FIELD_KEYS: enter it again.") from None
