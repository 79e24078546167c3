"""What people read of a call, as flat text, so that two moments of it can be told apart line by line."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model

from calls.models import Call, Report

Snapshot = dict[str, str]

NOT_COMPARED = {"id", "vapi_id", "call"}


@dataclass(frozen=True)
class Difference:
    """Empty where there was, or is, no such thing."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what}: {self.before or 'nothing'} → {self.after or 'nothing'}"


def snapshot(call_id: str) -> Snapshot:
    call = Call.objects.filter(vapi_id=call_id).first()
    if call is None:
        return {}
    turns, interruptions = list(call.turns.all()), list(call.interruptions.all())
    report = Report.objects.filter(call=call).first()
    return {
        **_fields("", call),
        "turns": str(len(turns)),
        **{f"turn {turn.position + 1}": f"{turn.get_role_display()}: {turn.text}" for turn in turns},
        "interruptions": str(len(interruptions)),
        **{f"interruption at {one.caller_began_at:%H:%M:%S.%f}": f"gap {one.gap_ms} ms" for one in interruptions},
        "tool calls": str(call.tool_calls.count()),
        **(_fields("report ", report) if report else {}),
    }


def differences(before: Snapshot, after: Snapshot) -> list[Difference]:
    names = [*before, *(name for name in after if name not in before)]
    pairs = (Difference(name, before.get(name, ""), after.get(name, "")) for name in names)
    return [pair for pair in pairs if pair.before != pair.after]


def _fields(prefix: str, row: Model) -> Snapshot:
    names = [field.attname for field in row._meta.concrete_fields if field.name not in NOT_COMPARED]
    values = {name: getattr(row, name) for name in names}
    return {f"{prefix}{name}": "" if value is None else str(value) for name, value in values.items()}
