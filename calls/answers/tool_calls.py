"""Tool calls: every one gets HTTP 200 and one line under its own id, whatever fails behind it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings

from calls.answers.call_row import asked_at, call_row
from calls.answers.ledger import IN_PROGRESS, NOT_ANSWERED, Outcome, perform, refuse
from calls.answers.one_line import one_line
from calls.answers.registry import TOOLS, Context
from calls.answers.requested import RequestedCall, legacy_call, requested_calls
from calls.identity import caller_of
from calls.intent import turns_of
from calls.message import Message

LATE_AFTER_S = 5

log = logging.getLogger(__name__)


def answer_tool_calls(message: Message) -> dict[str, Any]:
    """{"results": [{"toolCallId", "name", "result" | "error"}]}: strings without a line break."""
    requested = requested_calls(message)
    context = _context(message) if requested else None
    return {"results": [_result(call, _outcome(call, context)) for call in requested]}


def answer_again(message: Message, left: Sequence[RequestedCall]) -> None:
    """Only these of its calls: what has an answer, be it that it failed, was told so."""
    context = _context(message)
    for call in left:
        _outcome(call, context)


def being_worked_on(message: Message) -> dict[str, Any]:
    """Each call in the message is told that its answer follows: calls/intake/promises.py sees to it."""
    return {"results": [_result(call, IN_PROGRESS) for call in requested_calls(message)]}


def apologise(message: Message) -> dict[str, Any]:
    """Each call in the message is told that it did not work, and nothing is done."""
    return {"results": [_result(call, NOT_ANSWERED) for call in requested_calls(message)]}


def answer_function_call(message: Message) -> dict[str, Any]:
    """{"result": …}. The legacy reply knows no error, so that is told as the result too."""
    outcome = _outcome(legacy_call(message), _context(message))
    return {"result": outcome.error or outcome.result}


def _context(message: Message) -> Context | None:
    """None where the database is away: the calls are then answered with an apology."""
    try:
        call = call_row(message)
    except Exception:
        log.exception("no call row for %s", message.call_id)
        return None
    answer_by_s = message.came_s + settings.TOOL_BUDGET_MS / 1000
    return Context(
        tool="",
        caller=caller_of(message),
        call=call,
        asked_at=asked_at(message),
        answer_by_s=answer_by_s,
        heard=partial(turns_of, message),
    )


def _outcome(requested: RequestedCall, context: Context | None) -> Outcome:
    if context is None:
        return NOT_ANSWERED
    tool = TOOLS.get(requested.name)
    if tool is None:
        return refuse(requested, context, f"There is no tool named {requested.name or '(no name)'}.")
    if requested.arguments is None:
        return refuse(requested, context, "The arguments are not a JSON object.")
    if _came_late(requested, context):
        return refuse(requested, context, "The call had already ended, so nothing was done.")
    return perform(tool, requested, context)


def _came_late(requested: RequestedCall, context: Context) -> bool:
    """Hooks run when a call ends, so theirs are wanted then."""
    ended_at = context.call.ended_at if context.call else None
    late_s = (context.asked_at - ended_at).total_seconds() if ended_at else 0
    return late_s > LATE_AFTER_S and not requested.from_hook


def _result(requested: RequestedCall, outcome: Outcome) -> dict[str, str]:
    told = {"error": one_line(outcome.error)} if outcome.error else {"result": one_line(outcome.result)}
    return {"toolCallId": requested.tool_call_id, "name": requested.name, **told}
