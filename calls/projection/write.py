"""What changed in many calls, into the tables that people read: each table once, whatever the number of calls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import chain
from operator import or_

from django.db import transaction
from django.db.models import Model, Q

from calls.message import moment
from calls.models import Call, Handover, Healing, Interruption, Recording, Report, Turn
from calls.projection import change, from_api
from calls.projection.change import Advanced, Change
from calls.projection.links import link_parties
from calls.projection.tool_calls import Reported, add_missing_tool_calls
from calls.projection.upsert import upsert
from calls.recordings.wake import wake

_REPORT = [
    *("reported_at", "summary", "transcript", "analysis", "recording"),
    *("cost_breakdown", "costs", "turn_latencies", "performance"),
]


def write(advanced: Sequence[Advanced]) -> None:
    """In the order given, which has to be the same for whoever writes. Where the row of what was written last is gone
    or was never there, everything of that call is written.
    """
    changes = _write_calls(advanced)
    link_parties(changes)
    _write_turns(changes)
    _write_interruptions(changes)
    _write_handovers(changes)
    _write_reports(changes)
    reported = [one for one in changes if one.shown.tool_calls != one.known.tool_calls]
    add_missing_tool_calls(
        [Reported(one.call, one.shown.tool_calls, moment(one.shown.last_event_ms)) for one in reported]
    )
    _write_healings(changes)


def _write_calls(advanced: Sequence[Advanced]) -> list[Change]:
    """A row may be there: `answers` makes a bare one to hang a tool call on."""
    shown = [from_api.whole(one.after) for one in advanced]
    rows = [{"vapi_id": one.call_id, **change.call_values(state)} for one, state in zip(advanced, shown, strict=True)]
    written = upsert(Call, rows, "vapi_id")
    return list(map(change.change, advanced, shown, written))


def _write_turns(changes: Sequence[Change]) -> None:
    losing = filter(change.loses_turns, changes)
    _delete(Turn, [Q(call=one.call, position__gte=len(one.shown.turns)) for one in losing])
    upsert(Turn, list(chain.from_iterable(map(change.changed_turns, changes))), "call_id", "position")


def _write_interruptions(changes: Sequence[Change]) -> None:
    kept = [(one.call, change.kept_beginnings(one)) for one in changes]
    _delete(Interruption, [Q(call=call) & ~Q(caller_began_at__in=those) for call, those in kept if those is not None])
    changed = list(chain.from_iterable(map(change.changed_interruptions, changes)))
    upsert(Interruption, changed, "call_id", "caller_began_at")


def _write_handovers(changes: Sequence[Change]) -> None:
    found = {one.call: rows for one in changes if (rows := change.changed_handovers(one)) is not None}
    if found:
        Handover.objects.filter(call__in=found).delete()
        Handover.objects.bulk_create(chain.from_iterable(found.values()))


def _write_reports(changes: Sequence[Change]) -> None:
    reports = list(chain.from_iterable(map(change.changed_report, changes)))
    Report.objects.bulk_create(reports, update_conflicts=True, unique_fields=["call"], update_fields=_REPORT)
    if recorded := [Recording(call_id=report.call_id) for report in reports if report.recording]:
        Recording.objects.bulk_create(recorded, ignore_conflicts=True)
        transaction.on_commit(wake, robust=True)


def _write_healings(changes: Sequence[Change]) -> None:
    """A field that a webhook has told after all is healed no longer; one that still is keeps its time."""
    healed = {one.call: one.healed for one in changes if one.healed is not None}
    _delete(Healing, [Q(call=call) & ~Q(field__in=fields) for call, fields in healed.items()])
    rows = [Healing(call_id=call, field=field) for call, fields in healed.items() for field in fields]
    Healing.objects.bulk_create(rows, ignore_conflicts=True)


def _delete(model: type[Model], those: Sequence[Q]) -> None:
    if those:
        model._default_manager.filter(reduce(or_, those)).delete()
