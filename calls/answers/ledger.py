"""One tool call, performed and written down: writes once, lookups afresh."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from calls.answers import disclosed, later
from calls.answers.arguments import BadArgumentsError, convert
from calls.answers.freshness import bring, subject_of
from calls.answers.guard import guarded
from calls.answers.named_ticket import NotDisclosedError
from calls.answers.one_line import one_line
from calls.answers.registry import TOOLS, Answer, Context, Tool, ToolError
from calls.answers.requested import RequestedCall
from calls.answers.row import claim, lock, write_answer
from calls.answers.row_key import storable
from calls.identity.misses import wait_in_line, write_down_miss
from calls.message import clean
from calls.models import ToolCall
from supportvoice import live
from tickets.models import Operation

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the model is told: `error` where it is not empty, else `result`. `failure` is for staff."""

    result: str | dict[str, Any] = ""
    error: str = ""
    failure: str = ""
    ticket_number: int | None = None
    waits_for: Operation | None = None
    missed: str = ""


CHECKING = "I'm checking that for you now."
NOT_ANSWERED = Outcome(error="Something went wrong on our side. Please try again in a moment.")
IN_PROGRESS = Outcome(result="This is being worked on right now.")


def perform(tool: Tool, requested: RequestedCall, context: Context) -> Outcome:
    """Raises nothing: what goes wrong becomes the error that the model is told."""
    began = time.monotonic()
    try:
        row = claim(requested, context)
        context = replace(context, tool=tool.name, cause=_cause(row, context), given=requested.arguments, told=[])
        announce(row, context)
        outcome = (_write_once if tool.writes else _look_up)(tool, row, context, began)
        announce(row, context)
    except Exception:
        log.exception("tool %s failed", tool.name)
        return NOT_ANSWERED
    return outcome


def refuse(requested: RequestedCall, context: Context, sentence: str) -> Outcome:
    """Nothing is done, the model is told why, and people can see that it asked."""
    outcome = Outcome(error=sentence, failure=sentence)
    try:
        row = claim(requested, context)
        if row.state != ToolCall.State.DONE:
            _write_down(row, outcome, time.monotonic())
            announce(row, context)
    except Exception:
        log.exception("refused tool call not written down")
    return outcome


def _cause(row: ToolCall, context: Context) -> str:
    """Of a message without a call nothing can be told apart: each is its own."""
    if context.call is None:
        return ""
    return "\x1f".join((context.call.vapi_id, row.tool_call_id, row.name, bytes(row.arguments_hash).hex()))


def _look_up(tool: Tool, row: ToolCall, context: Context, began: float) -> Outcome:
    """From the working copy; what could not be made fresh in time is told later, in the running call."""
    is_fresh = bring(subject_of(tool, row.arguments, context.caller.number), context)
    with transaction.atomic():
        wait_in_line(context.call, context.caller.number)
        outcome = _call_function(tool, row, context)
        if not is_fresh and context.call:
            outcome = _still_checking(outcome)
            later.owe(row, context.caller.number)
        _write_down(row, outcome, began, context)
    return outcome


def _still_checking(known: Outcome) -> Outcome:
    told = "" if known.error else f" So far known: {one_line(known.result)}"
    return Outcome(f"{CHECKING}{told}", ticket_number=known.ticket_number)


def answer_afresh(row: ToolCall, context: Context) -> Outcome:
    """For an answer that comes late: the same function, the same rules, on the copy as it is now."""
    tool = TOOLS.get(row.name)
    if tool is None or tool.writes:
        return NOT_ANSWERED
    with transaction.atomic():
        wait_in_line(context.call, context.caller.number)
        context = replace(context, tool=row.name, told=[])
        outcome = _call_function(tool, row, context)
        _write_down_disclosures(row, outcome, context)
    return outcome


def _write_once(tool: Tool, row: ToolCall, context: Context, began: float) -> Outcome:
    """The effect and its answer are one commit; a rival waits a little, then hears that it is being worked on."""
    if row.state != ToolCall.State.DONE:
        bring(subject_of(tool, row.arguments, context.caller.number), context)
    try:
        with transaction.atomic():
            lock(row)
            if row.state == ToolCall.State.DONE:
                return Outcome(result=_stored_result(row), ticket_number=row.ticket_id)
            wait_in_line(context.call, context.caller.number)
            context, why_not = guarded(tool, row, context)
            outcome = Outcome(error=why_not, failure=why_not) if why_not else _call_function(tool, row, context)
            _write_down(row, outcome, began, context)
            if outcome.waits_for and context.call:
                later.owe(row, context.caller.number, outcome.waits_for)
        return outcome
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return IN_PROGRESS
        raise


def _stored_result(row: ToolCall) -> str | dict[str, Any]:
    return json.loads(row.result) if row.result.startswith("{") else row.result


def _call_function(tool: Tool, row: ToolCall, context: Context) -> Outcome:
    """In a savepoint, so that a tool that fails halfway has done nothing."""
    try:
        with transaction.atomic():
            arguments = convert(tool, row.arguments if context.given is None else storable(context.given))
            answer: Answer = tool.function(arguments, context)
        return Outcome(answer.result, ticket_number=answer.ticket_number, waits_for=answer.waits_for)
    except NotDisclosedError as error:
        return Outcome(error=str(error), failure=str(error), missed=error.subject)
    except (ToolError, BadArgumentsError) as error:
        return Outcome(error=str(error), failure=str(error))
    except Exception as error:
        log.exception("tool %s failed", tool.name)
        return replace(NOT_ANSWERED, failure=f"{type(error).__name__}: {error}"[:1_000])


def _write_down_disclosures(row: ToolCall, outcome: Outcome, context: Context) -> None:
    """What was told, to whom and why; or that something was asked for in vain."""
    if outcome.missed:
        write_down_miss(row, context.caller.number, outcome.missed)
    if not outcome.error:
        disclosed.write_down(context.told, context.tool, context.call, row)


def _write_down(row: ToolCall, outcome: Outcome, began: float, context: Context | None = None) -> None:
    if context:
        _write_down_disclosures(row, outcome, context)
    row.state = ToolCall.State.FAILED if outcome.error else ToolCall.State.DONE
    result = outcome.result if isinstance(outcome.result, str) else json.dumps(outcome.result, ensure_ascii=False)
    row.result, row.error, row.failure = clean(result), clean(outcome.error), clean(outcome.failure)
    row.ticket_id, row.answered_at = outcome.ticket_number, datetime.now(UTC)
    row.duration_ms = round((time.monotonic() - began) * 1000)
    write_answer(row)


def announce(row: ToolCall, context: Context) -> None:
    if context.call is not None:
        live.publish("tools", {"call": context.call.vapi_id, "name": row.name, "state": row.state})
