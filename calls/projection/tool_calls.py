"""Tool calls that only the report knows. All others belong to `answers` and are left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from calls.message import moment
from calls.models import ToolCall
from calls.models.tool_call import arguments_hash
from calls.projection.state import ReportedToolCall


def add_missing_tool_calls(call: int, reported: list[ReportedToolCall], otherwise_at: datetime) -> None:
    known = list(ToolCall.objects.filter(call_id=call).only("tool_call_id", "name", "arguments_hash"))
    missing = [_row(call, each, otherwise_at) for each in unmatched(reported, known)]
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


def _row(call: int, reported: ReportedToolCall, otherwise_at: datetime) -> ToolCall:
    return ToolCall(
        call_id=call,
        tool_call_id=reported.tool_call_id,
        name=reported.name,
        arguments=reported.arguments,
        arguments_hash=arguments_hash(reported.arguments),
        state=ToolCall.State.REPORTED,
        result=reported.result,
        requested_at=otherwise_at if reported.requested_ms is None else moment(reported.requested_ms),
        answered_at=None if reported.answered_ms is None else moment(reported.answered_ms),
    )
