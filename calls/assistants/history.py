"""What is managed, and every version that Vapi was given."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from calls.assistants.remote import Document
from calls.models import Managed, ManagedVersion


def intend(kind: str, key: str) -> Managed:
    """Written before a creation is sent, so that a run that dies between is finished by the next one."""
    return Managed.objects.get_or_create(kind=kind, key=key)[0]


@dataclass(frozen=True, slots=True)
class Agreed:
    """`remote` is what Vapi has, `local` what the file says."""

    vapi_id: str
    local: Document
    remote: Document


@transaction.atomic
def write_down(place: tuple[str, str], agreed: Agreed, source: str, by: User | None, note: str = "") -> ManagedVersion:
    """`place` is kind and key. A new version, of what Vapi has."""
    intend(*place)
    row = Managed.objects.select_for_update().get(kind=place[0], key=place[1])
    row.vapi_id, row.local, row.remote, row.synced_at = agreed.vapi_id, agreed.local, agreed.remote, timezone.now()
    row.save()
    last = row.versions.aggregate(last=Max("number"))["last"] or 0
    return ManagedVersion.objects.create(
        managed=row, number=last + 1, document=agreed.remote, source=source, by=by, note=note[:200]
    )


def deleted(place: tuple[str, str], by: User | None) -> None:
    """The row and its versions stay, so that a file that comes back has its history."""
    row = Managed.objects.get(kind=place[0], key=place[1])
    write_down(place, Agreed("", {}, row.remote), ManagedVersion.Source.PRUNED, by)
