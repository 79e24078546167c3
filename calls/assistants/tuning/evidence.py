"""The newest calls of an agent from the database, as the measures want them: telephone and web apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import BigIntegerField, Func, QuerySet
from django.utils import timezone

from calls.assistants.tuning.advice import PHONE, WEB, Suggestion, suggestions
from calls.assistants.tuning.measure import CutIn, Heard, Measured, Said, after_cut_ins, measured, noise
from calls.models import Call, Interruption, Managed, Report, Turn

LINES = {PHONE: (Call.Kind.INBOUND, Call.Kind.OUTBOUND), WEB: (Call.Kind.WEB, Call.Kind.WEBSOCKET)}
LONGEST_BACK = timedelta(days=30)
MOST_CALLS = 100
MOST_VERSIONS = 50
# What decides about hearing and stopping: with other settings there, older calls prove nothing.
SPEECH = ("transcriber", "startSpeakingPlan", "stopSpeakingPlan", "backgroundSpeechDenoisingPlan")
STAGES = {
    "endpointing": "endpointingLatency",
    "transcriber": "transcriberLatency",
    "model": "modelLatency",
    "voice": "voiceLatency",
}
NOISY_PERCENT = 15

One = TypeVar("One")


class Milliseconds(Func):
    """Of a time, since 1970. Python would take longer to read ten thousand times than to measure them."""

    template = "(extract(epoch FROM %(expressions)s) * 1000)::bigint"
    output_field = BigIntegerField()


@dataclass(frozen=True, slots=True)
class Tuned:
    line: str
    since: datetime
    found: Measured
    suggestions: list[Suggestion]


def tuned(row: Managed) -> list[Tuned]:
    """One entry a line. Six queries, however many calls."""
    since = max(filter(None, (timezone.now() - LONGEST_BACK, _settings_since(row))))
    of_agent = Call.objects.filter(assistant__vapi_id=row.vapi_id, began_at__gte=since).exclude(ended_at=None)
    newest = {line: _newest(of_agent.filter(kind__in=kinds)) for line, kinds in LINES.items()} if row.vapi_id else {}
    heard = _heard({pk: ended_at for calls in newest.values() for pk, ended_at in calls.items()})
    found = {line: measured([heard[pk] for pk in newest.get(line, {})]) for line in LINES}
    return [Tuned(line, since, one, suggestions(one, row.remote, line)) for line, one in found.items()]


def noisy() -> frozenset[str]:
    """Keys of the files whose callers are in noise: too many interruptions were followed by no word."""
    keys = dict(Managed.objects.filter(kind=Managed.Kind.ASSISTANT).exclude(vapi_id="").values_list("vapi_id", "key"))
    lately = Call.objects.filter(began_at__gte=timezone.now() - LONGEST_BACK, interruption_count__gt=0)
    rows = lately.filter(assistant__vapi_id__in=keys).exclude(ended_at=None).order_by("-began_at")
    calls = list(rows.values_list("pk", "ended_at", "assistant__vapi_id")[:MOST_CALLS])
    heard = _heard({pk: ended_at for pk, ended_at, _ in calls}, with_stages=False)
    after: dict[str, list[str]] = defaultdict(list)
    for pk, _, vapi_id in calls:
        after[keys[vapi_id]] += after_cut_ins(heard[pk])
    return frozenset(key for key, kinds in after.items() if noise(kinds).percent > NOISY_PERCENT)


def _settings_since(row: Managed) -> datetime | None:
    """When Vapi was given the settings on hearing and stopping that it has now."""
    since, now = None, None
    for at, document in row.versions.values_list("at", "document")[:MOST_VERSIONS]:
        settings = [document.get(key) for key in SPEECH]
        if since is not None and settings != now:
            break
        since, now = at, settings
    return since


def _newest(calls: QuerySet[Call]) -> dict[int, datetime | None]:
    return dict(calls.order_by("-began_at").values_list("pk", "ended_at")[:MOST_CALLS])


def _heard(ended: Mapping[int, datetime | None], *, with_stages: bool = True) -> dict[int, Heard]:
    said = _by_call(
        (call, Said(role, text, began_ms, ended_ms))
        for call, role, text, began_ms, ended_ms in Turn.objects.filter(call__in=ended)
        .order_by("call", "position")
        .values_list("call", "role", "text", Milliseconds("started_at"), Milliseconds("ended_at"))
    )
    interruptions = Interruption.objects.filter(call__in=ended).order_by("call", "caller_began_at")
    cut_ins = _by_call(
        (call, CutIn(_ms(began) or 0, gap_ms))
        for call, began, gap_ms in interruptions.values_list("call", "caller_began_at", "gap_ms")
    )
    reports = Report.objects.filter(call__in=ended).values_list("call", "turn_latencies") if with_stages else ()
    stages = {call: list(_stages(entries)) for call, entries in reports}
    return {
        call: Heard(said[call], cut_ins[call], _ms(ended_at), stages.get(call, ())) for call, ended_at in ended.items()
    }


def _by_call(rows: Iterable[tuple[int, One]]) -> dict[int, list[One]]:
    found: dict[int, list[One]] = defaultdict(list)
    for call, one in rows:
        found[call].append(one)
    return found


def _stages(entries: Any) -> Iterator[dict[str, int]]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield {name: round(ms) for name, key in STAGES.items() if isinstance(ms := entry.get(key), int | float)}


def _ms(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1000)
