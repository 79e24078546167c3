"""The live board: the calls in progress, most in need first, the quiet ones folded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce

from calls.dashboard.filters import SILENT
from calls.dashboard.lines import Line, at_ms, line
from calls.dashboard.needs import SILENT_AFTER, Need, Scene, needs
from calls.intake import words as spoken
from calls.intake.words import Words
from calls.models import Call, Escalation, ToolCall, Turn
from calls.projection.lost import LOST_AFTER, NOT_RUNNING

SHOWN = 8
MOST_SHOWN = 50


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
        return began(self.call)

    @property
    def line(self) -> Line:
        return line(self.turn, self.words)

    @property
    def running(self) -> list[ToolCall]:
        return [tool for tool in self.tools if tool.state == ToolCall.State.RUNNING]

    @property
    def urgency(self) -> tuple[int, datetime]:
        return (self.needs[0].rank if self.needs else 99, self.call.began_at)


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


def board(now: datetime, shown: int = SHOWN) -> Board:
    rows = sorted(_rows(list(running_calls(now)), now), key=lambda row: row.urgency)
    in_need = sum(bool(row.needs) for row in rows)
    shown = max(shown, min(in_need, MOST_SHOWN))
    _complete(rows[:shown])
    return Board(
        rows=rows[:shown],
        running=len(rows),
        longest=min((began(row.call) for row in rows), default=None),
        folded=max(len(rows) - shown, 0),
        folded_in_need=max(in_need - shown, 0),
        went_silent=Call.objects.filter(SILENT["day"][1]).count(),
    )


def running_calls(now: datetime) -> QuerySet[Call]:
    unresolved = Escalation.objects.exclude(state=Escalation.State.RESOLVED).select_related("claimed_by")
    return (
        Call.objects.filter(ended_at=None, lost_at=None, began_at__gte=now - timedelta(days=1))
        .exclude(status__in=NOT_RUNNING)
        .annotate(heard_at=Coalesce(F("last_event_at"), F("began_at")))
        .filter(Q(heard_at__gte=now - LOST_AFTER))
        .prefetch_related(Prefetch("escalations", unresolved, to_attr="unresolved"))
    )


def began(call: Call) -> datetime:
    return call.started_at or call.began_at


def _rows(calls: list[Call], now: datetime) -> list[Row]:
    # Only where words could deny a silence; the rows that are shown get theirs later.
    quiet = [call.vapi_id for call in calls if not call.last_event_at or now - call.last_event_at > SILENT_AFTER]
    tools, newest = _tools(calls), spoken.latest(quiet)
    return [_row(call, tools[call.pk], newest.get(call.vapi_id), now) for call in calls]


def _row(call: Call, tools: list[ToolCall], words: Words | None, now: datetime) -> Row:
    escalation = next(iter(getattr(call, "unresolved", [])), None)
    heard = [at for at in (call.last_event_at, at_ms(words)) if at]
    scene = Scene(call, now, escalation, tools, max(heard, default=None))
    return Row(call, needs(scene), tools)


def _tools(calls: list[Call]) -> defaultdict[int, list[ToolCall]]:
    """Every tool call of the calls, oldest first, without the columns the board does not show."""
    by_call: defaultdict[int, list[ToolCall]] = defaultdict(list)
    columns = ("call_id", "name", "state", "requested_at", "duration_ms")
    for tool in ToolCall.objects.filter(call__in=calls).only(*columns).order_by("requested_at", "id"):
        if tool.call_id:
            by_call[tool.call_id].append(tool)
    return by_call


def _complete(rows: list[Row]) -> None:
    """What only the rows that are shown need; of 500 calls most are folded."""
    prefetch_related_objects([row.call for row in rows], "assistant", "customer")
    newest = Turn.objects.filter(call__in=[row.call for row in rows]).order_by("call_id", "-position")
    turns = {turn.call_id: turn for turn in newest.distinct("call_id")}
    words = spoken.latest([row.call.vapi_id for row in rows])
    for row in rows:
        row.turn, row.words = turns.get(row.call.pk), words.get(row.call.vapi_id)
