"""Tool calls that only the report knows. All others belong to `answers` and are left alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from calls.message import moment
from calls.models import ToolCall
from calls.models.tool_call import arguments_hash
from calls.projection.state import ReportedToolCall


class Reported(NamedTuple):
    """`call`: the row. `otherwise_at`: when a tool call was asked for that has no time of its own."""

    call: int
    tool_calls: list[ReportedToolCall]
    otherwise_at: datetime


def add_missing_tool_calls(reported: Sequence[Reported]) -> None:
    if not reported:
        return
    known: defaultdict[int | None, list[ToolCall]] = defaultdict(list)
    rows = ToolCall.objects.filter(call__in=[one.call for one in reported])
    for row in rows.only("call_id", "tool_call_id", "name", "arguments_hash"):
        known[row.call_id].append(row)
    missing = [_row(one, each) for one in reported for each in unmatched(one.tool_calls, known[one.call])]
    if missing:
        ToolCall.objects.bulk_create(missing, ignore_conflicts=True)


def unmatched(reported: list[ReportedToolCall], known: list[ToolCall]) -> list[ReportedToolCall]:
    """By id, name and arguments; then by id and name alone, since Vapi may have merged static arguments in."""
    left = list(known)
    for same in (_same_arguments, _same_name):
        reported = [each for each in reported if not _take(left, each, same)]
    return reported


def _take(left: list[ToolCall], reported: ReportedToolCall, same: Callable[[ReportedToolCall, ToolCall], bool]) -> bool:
    match = next((row for row in left if same(reported, row)), None)
    if match is not None:
        left.remove(match)
    return match is not None


def _same_name(reported: ReportedToolCall, row: ToolCall) -> bool:
    return (reported.tool_call_id, reported.name) == (row.tool_call_id, row.name)


def _same_arguments(reported: ReportedToolCall, row: ToolCall) -> bool:
    return _same_name(reported, row) and arguments_hash(reported.arguments) == bytes(row.arguments_hash)


def _row(one: Reported, reported: ReportedToolCall) -> ToolCall:
    return ToolCall(
        call_id=one.call,
        tool_call_id=reported.tool_call_id,
        name=reported.name,
        arguments=reported.arguments,
        arguments_hash=arguments_hash(reported.arguments),
        state=ToolCall.State.REPORTED,
        result=reported.result,
        requested_at=one.otherwise_at if reported.requested_ms is None else moment(reported.requested_ms),
        answered_at=None if reported.answered_ms is None else moment(reported.answered_ms),
    )
