"""Tool calls: every one gets HTTP 200 and one line under its own id, whatever fails behind it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from calls.answers.ledger import NOT_ANSWERED, Outcome, perform, refuse
from calls.answers.registry import TOOLS, Context
from calls.answers.requested import RequestedCall, legacy_call, requested_calls
from calls.identity import caller_of
from calls.message import Message, moment
from calls.models import Call

LATE_AFTER_S = 5

log = logging.getLogger(__name__)


def answer_tool_calls(message: Message) -> dict[str, Any]:
    """{"results": [{"toolCallId", "name", "result" | "error"}]}: strings without a line break."""
    requested = requested_calls(message)
    context = _context(message) if requested else None
    return {"results": [_result(call, _outcome(call, context)) for call in requested]}


def answer_function_call(message: Message) -> dict[str, Any]:
    """{"result": …}. The legacy reply knows no error, so that is told as the result too."""
    outcome = _outcome(legacy_call(message), _context(message))
    return {"result": outcome.error or outcome.result}


def _context(message: Message) -> Context | None:
    """None where the database is away: the calls are then answered with an apology."""
    asked_at = moment(message.stamp_ms) if message.stamp_ms else datetime.now(UTC)
    try:
        call = _call(message.call_id, asked_at)
    except Exception:
        log.exception("no call row for %s", message.call_id)
        return None
    return Context(tool="", caller=caller_of(message), call=call, asked_at=asked_at)


def _call(vapi_id: str | None, asked_at: datetime) -> Call | None:
    """The call's row; a bare one where the projection has not come to it yet."""
    if vapi_id is None:
        return None
    call, _ = Call.objects.get_or_create(vapi_id=vapi_id, defaults={"began_at": asked_at})
    return call


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


def one_line(value: str | dict[str, Any]) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())
