"""What the agent had ready to say and the caller never heard. Pure.

The only evidence is `assistant.speechStarted`, which an assistant sends where it is asked for: its `text` is the whole
turn as its voice was given it. Vapi's messages hold what was spoken. Where all words of a spoken turn are the beginning
of such a text, the rest of it was not heard. Where they differ in a word, nothing is claimed.

`model-output` is no evidence: its tokens carry no order, and those of one millisecond cannot be put into one.
"""

from __future__ import annotations

import re

from calls.projection.message import StoredMessage
from calls.projection.state import CallState, ReadyWords, SpokenTurn
from calls.projection.turns import AGENT, LONGEST_TEXT
from calls.projection.values import number

SAME_TURN_MS = 2000  # between what two kinds of messages call the beginning of one turn
_NOT_A_WORD = re.compile(r"[^\w]+")


def speech_started(state: CallState, message: StoredMessage) -> None:
    """The text grows while the model writes it: the longest counts, and the earliest moment."""
    turn, text = number(message.get("turn")), message.text("text", LONGEST_TEXT).strip()
    if turn is None or not text:
        return
    known = state.ready.setdefault(int(turn), ReadyWords(message.ms, text))
    known.began_ms = min(known.began_ms, message.ms)
    known.text = max(known.text, text, key=lambda one: (len(one), one))


def unheard(state: CallState) -> list[str]:
    """One for each turn of the state; empty where all was heard, or nothing tells."""
    if not state.ready:  # most assistants do not say what they had ready
        return [""] * len(state.turns)
    return [_unheard(state, position, turn) for position, turn in enumerate(state.turns)]


def _unheard(state: CallState, position: int, turn: SpokenTurn) -> str:
    if turn.role != AGENT or turn.started_ms is None or not _is_over(state, position):
        return ""
    ready = _ready_for(state, turn)
    return rest(turn.text, ready.text) if ready else ""


def _is_over(state: CallState, position: int) -> bool:
    """Settled, and not the turn that is just being spoken."""
    if state.clean:
        return True
    is_last = position == len(state.turns) - 1
    return position < state.settled_turns and not (is_last and state.agent.speaking)


def _ready_for(state: CallState, turn: SpokenTurn) -> ReadyWords | None:
    began_ms = turn.started_ms or 0
    near = [one for one in state.ready.values() if abs(one.began_ms - began_ms) <= SAME_TURN_MS]
    return min(near, key=lambda one: (abs(one.began_ms - began_ms), one.text), default=None)


def rest(heard: str, ready: str) -> str:
    """What of `ready` follows the words that were heard, if these are how it begins."""
    spoken, written = _words(heard), _words(ready)
    begins_so = [word for word, _ in written[: len(spoken)]] == [word for word, _ in spoken]
    return ready[written[len(spoken)][1] :] if begins_so and spoken and len(written) > len(spoken) else ""


def _words(text: str) -> list[tuple[str, int]]:
    """Each word as it is compared, with where it begins; dashes and the like between words are none."""
    found = [(_NOT_A_WORD.sub("", match[0]).casefold(), match.start()) for match in re.finditer(r"\S+", text)]
    return [(word, at) for word, at in found if word]
