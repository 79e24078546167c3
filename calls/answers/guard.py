"""What destroys or spends runs only if the caller asked for it, by the caller's own words and not by the model's."""

from __future__ import annotations

from dataclasses import replace

from calls.answers.registry import Context, Tool
from calls.intent import DO, DONT, judge
from calls.message import clean
from calls.models import Judgement, ToolCall

MOST_UNCLEAR = 2
NOT_HEARD = (
    "Nothing has been done: what the caller said did not come with this request, so nobody can tell whether they "
    "want it. Offer the caller a person."
)
NOT_MEANT = (
    "Nothing has been done: the caller has not asked for it, they said otherwise. Ask what they would like instead."
)
STILL_UNCLEAR = "Nothing has been done: the caller was asked and has not clearly said yes. Offer the caller a person."


def guarded(tool: Tool, row: ToolCall, context: Context) -> tuple[Context, str]:
    """The context that knows whether it is meant, and why nothing is to be done at all (empty where it may go on).

    Runs in the transaction that answers. A tool without an intent passes.
    """
    if not tool.intent:
        return context, ""
    turns = context.heard()
    if not turns:
        return context, NOT_HEARD
    found = judge(turns, tool.intent)
    fields = {
        "intent": tool.intent,
        "verdict": found.verdict,
        "reason": clean(found.reason, 200),
        "words": clean(found.words, 2_000),
    }
    Judgement.objects.update_or_create(tool_call=row, defaults=fields)
    context = replace(context, is_meant=found.verdict == DO)
    if found.verdict == DONT:
        return context, NOT_MEANT
    return context, "" if context.is_meant or _may_ask_again(row) else STILL_UNCLEAR


def _may_ask_again(row: ToolCall) -> bool:
    """Of one thing a caller is not asked for ever."""
    if row.call_id is None:
        return True
    unclear = Judgement.objects.filter(
        tool_call__call=row.call_id, tool_call__name=row.name, verdict=Judgement.Verdict.ASK
    )
    return unclear.filter(tool_call__arguments__confirmed=True).count() <= MOST_UNCLEAR
