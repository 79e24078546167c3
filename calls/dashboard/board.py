"""The live board: the calls in progress, most in need first, the quiet ones folded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from calls.dashboard.filters import SILENT
from calls.dashboard.lines import Line, at_ms, line
from calls.dashboard.needs import SILENT_AFTER, Need, Scene, may_need, needs
from calls.dashboard.shared import Shared
from calls.intake import words as spoken
from calls.intake.words import Words
from calls.models import Call, Escalation, ToolCall, Turn
from calls.projection.lost import LOST_AFTER, NOT_RUNNING

SHOWN = 8
MOST_SHOWN = 50
RANKED_BY = (
    *("vapi_id", "status", "began_at", "started_at", "last_event_at"),
    *("hang_count", "silenced_count", "slowest_stop_ms"),
)
TELLING = (ToolCall.State.RUNNING, ToolCall.State.FAILED)


@dataclass
class Row:
    call: Call
    needs: list[Need]
    tools: list[ToolCall] = field(default_factory=list)
    turn: Turn | None = None
    words: Words | None = None

    @property
    def tone(self) -> str:
        return self.needs[0].tone if self.needs else ("azure" if self.running else "green")

    @property
    def began(self) -> datetime:
        return self.call.started_at or self.call.began_at

    @property
    def line(self) -> Line:
        return line(self.turn, self.words)

    @property
    def running(self) -> list[ToolCall]:
        return [tool for tool in self.tools if tool.state == ToolCall.State.RUNNING]


@dataclass(frozen=True)
class Board:
    rows: list[Row]
    running: int
    longest: datetime | None
    folded: int
    folded_in_need: int
    went_silent: int

    @property
    def next_shown(self) -> int:
        return len(self.rows) + MOST_SHOWN


def board(shown: int = SHOWN) -> Board:
    ranked = _ranked.get()
    in_need = len(ranked.in_need)
    shown = max(shown, min(in_need, MOST_SHOWN))
    return Board(
        rows=_complete([*ranked.in_need[:shown], *_fine(ranked, shown - in_need)]),
        running=ranked.running,
        longest=ranked.longest,
        folded=max(ranked.running - shown, 0),
        folded_in_need=max(in_need - shown, 0),
        went_silent=Call.objects.filter(SILENT["day"][1]).count(),
    )


def running_calls(now: datetime) -> QuerySet[Call]:
    return (
        Call.objects.filter(ended_at=None, lost_at=None, began_at__gte=now - timedelta(days=1))
        .exclude(status__in=NOT_RUNNING)
        .alias(heard_at=Coalesce(F("last_event_at"), F("began_at")))
        .filter(Q(heard_at__gte=now - LOST_AFTER))
    )


@dataclass(frozen=True)
class Ranked:
    """Most in need first. `tools` by call: of each in which one failed or runs."""

    in_need: list[Row]
    tools: dict[int, list[ToolCall]]
    running: int
    longest: datetime | None
    now: datetime


def _rank() -> Ranked:
    """Of a thousand running calls most need nobody, and those are counted and not read."""
    now = timezone.now()
    running = running_calls(now)
    seen = running.aggregate(running=Count("*"), longest=Min(Coalesce("started_at", "began_at")))
    escalations, tools = _unresolved(running), _tools(running)
    calls = list(running.filter(Q(pk__in=[*escalations, *tools]) | may_need(now)).only(*RANKED_BY))
    # Only where words could deny a silence; the rows that are shown get theirs later.
    quiet = [call.vapi_id for call in calls if not call.last_event_at or now - call.last_event_at > SILENT_AFTER]
    newest = spoken.latest(quiet)
    rows = [_row(call, escalations.get(call.pk), tools[call.pk], newest.get(call.vapi_id), now) for call in calls]
    return Ranked(sorted((row for row in rows if row.needs), key=urgency), tools, **seen, now=now)


def urgency(row: Row) -> tuple[int, datetime]:
    return (row.needs[0].rank, row.call.began_at)


def _fine(ranked: Ranked, most: int) -> list[Row]:
    """Those that need nobody, the longest first."""
    if most <= 0:
        return []
    fine = running_calls(ranked.now).exclude(pk__in=[row.call.pk for row in ranked.in_need])
    return [Row(call, [], ranked.tools.get(call.pk, [])) for call in fine.order_by("began_at", "id")[:most]]


_ranked = Shared(_rank)


def _row(call: Call, escalation: Escalation | None, tools: list[ToolCall], words: Words | None, now: datetime) -> Row:
    heard = [at for at in (call.last_event_at, at_ms(words)) if at]
    return Row(call, needs(Scene(call, now, escalation, tools, max(heard, default=None))), tools)


def _unresolved(calls: QuerySet[Call]) -> dict[int, Escalation]:
    """The newest of each call."""
    found = Escalation.objects.exclude(state=Escalation.State.RESOLVED).filter(call__in=calls.values("pk"))
    newest_last = found.select_related("claimed_by").order_by("created_at", "id")
    return {one.call_id: one for one in newest_last if one.call_id}


def _tools(calls: QuerySet[Call]) -> defaultdict[int, list[ToolCall]]:
    """Every tool call, oldest first, of those calls in which one failed or runs."""
    by_call: defaultdict[int, list[ToolCall]] = defaultdict(list)
    telling = ToolCall.objects.filter(call__in=calls.values("pk"), state__in=TELLING).values("call_id")
    columns = ("call_id", "name", "state", "requested_at", "duration_ms")
    for tool in ToolCall.objects.filter(call__in=telling).only(*columns).order_by("requested_at", "id"):
        if tool.call_id:
            by_call[tool.call_id].append(tool)
    return by_call


def _complete(rows: list[Row]) -> list[Row]:
    """What only the rows that are shown need."""
    calls = Call.objects.select_related("assistant", "customer").in_bulk([row.call.pk for row in rows])
    newest = Turn.objects.filter(call__in=calls).order_by("call_id", "-position")
    turns = {turn.call_id: turn for turn in newest.distinct("call_id")}
    words = spoken.latest([row.call.vapi_id for row in rows])
    return [
        replace(row, call=calls[pk], turn=turns.get(pk), words=words.get(row.call.vapi_id))
        for row in rows
        if (pk := row.call.pk) in calls
    ]
