"""Which assistant of a squad speaks, and when one hands over to another. Pure.

**Told.** A `transfer-update` to an assistant: its stamp is the moment, the assistants' names are in it.

**Seen.** Where no such message came, two neighbouring turns of the agent under different names (`assistantName` of a
message or a transcript): the moment is the end of the first.

**How long it took**: from that moment until the first word of the assistant that took over, where that is known.

**A turn without a name** was spoken by whoever had taken over last before it began.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from calls.message import as_object, as_text
from calls.projection.message import StoredMessage
from calls.projection.state import CallState, SpokenTurn, ToldHandover
from calls.projection.turns import AGENT

LONGEST_NAME = 200


class HandoverFound(NamedTuple):
    at_ms: int
    before: str
    after: str
    took_ms: int | None


def transfer_update(state: CallState, message: StoredMessage) -> None:
    """A transfer to a number or an address is no hand-over: the agent is gone then."""
    destination = message.object("destination")
    after = _name(message, "toAssistant") or as_text(destination.get("assistantName"), LONGEST_NAME)
    if after and as_text(destination.get("type")) in ("", "assistant"):
        state.handovers.append(ToldHandover(message.ms, _name(message, "fromAssistant"), after))


def handovers(state: CallState) -> list[HandoverFound]:
    """In the order in which they happened, one a moment."""
    spoken = _spoken(state)
    if not state.handovers and not any(turn.assistant for turn in spoken):
        return []
    told = {one.at_ms: one for one in state.handovers}
    seen = {one.at_ms: one for one in _seen(spoken) if not _is_told(one, spoken, state.handovers)}
    return [
        HandoverFound(at_ms, one.before, one.after, _took_ms(one, spoken))
        for at_ms, one in sorted({**seen, **told}.items())
    ]


def assistants(state: CallState) -> list[str]:
    """One name for each turn of the state; empty for the caller, and where nothing tells it."""
    found = sorted(state.handovers, key=lambda one: one.at_ms)
    return [turn.assistant or _in_charge(turn, found) if turn.role == AGENT else "" for turn in state.turns]


def _in_charge(turn: SpokenTurn, told: list[ToldHandover]) -> str:
    if turn.started_ms is None or not told:
        return ""
    before = [one.after for one in told if one.at_ms <= turn.started_ms]
    return before[-1] if before else told[0].before


def _spoken(state: CallState) -> list[SpokenTurn]:
    return [turn for turn in state.turns if turn.role == AGENT and turn.started_ms is not None]


def _seen(spoken: list[SpokenTurn]) -> Iterator[ToldHandover]:
    for one, other in pairwise(spoken):
        if one.assistant and other.assistant and one.assistant != other.assistant:
            yield ToldHandover(_end_ms(one), one.assistant, other.assistant)


def _is_told(seen: ToldHandover, spoken: list[SpokenTurn], told: list[ToldHandover]) -> bool:
    """Between the beginning of the turn it ended and the end of the turn it brought."""
    from_ms = max((_began_ms(turn) for turn in spoken if _end_ms(turn) <= seen.at_ms), default=seen.at_ms)
    until_ms = min((_end_ms(turn) for turn in spoken if _end_ms(turn) > seen.at_ms), default=seen.at_ms)
    return any(from_ms <= one.at_ms <= until_ms for one in told)


def _took_ms(handover: ToldHandover, spoken: list[SpokenTurn]) -> int | None:
    first = next((turn for turn in spoken if _began_ms(turn) >= handover.at_ms), None)
    if first is None or first.assistant not in ("", handover.after):
        return None
    return _began_ms(first) - handover.at_ms


def _began_ms(turn: SpokenTurn) -> int:
    return turn.started_ms or 0


def _end_ms(turn: SpokenTurn) -> int:
    return _began_ms(turn) if turn.ended_ms is None else turn.ended_ms


def _name(message: StoredMessage, field: str) -> str:
    return as_text(as_object(message.get(field)).get("name"), LONGEST_NAME)
