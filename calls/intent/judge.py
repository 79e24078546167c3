"""The caller's last words, judged: the latest thing said of an action decides."""

from __future__ import annotations

from collections.abc import Iterable

from calls.intent.clauses import Said, read
from calls.intent.dialogue import Turn
from calls.intent.judgement import ASK, DO, DONT, INTENTS, MENTIONED, Judgement
from calls.intent.mentions import MARK, marked
from calls.intent.normal import normal
from calls.intent.yes import is_confirming, is_no, is_yes

NOT_ASKED = "The caller has not asked for it"


def judge(turns: Iterable[Turn], intent: str) -> Judgement:
    """Whether the caller means `intent`, one of INTENTS."""
    now: Said | None = None
    asked, offered = False, False
    for turn in turns:
        text = normal(turn.text)
        if turn.by_caller:
            now = _after(now, text, intent, asked, offered)
        else:
            asked, offered = is_confirming(text, intent), bool(MARK.search(marked(text, intent)[0])) and "?" in text
    if now is None:
        return Judgement(ASK, "", NOT_ASKED)
    if now.mark == MENTIONED:
        return Judgement(ASK, "", now.reason, now.words)
    return Judgement(now.mark, intent, now.reason, now.words)


def judge_all(turns: list[Turn]) -> Judgement:
    """The one thing that the caller means; else what is to be asked, else none."""
    found = [judge(turns, intent) for intent in INTENTS]
    rank = {DO: 0, ASK: 1, DONT: 2}
    return min(found, key=lambda one: (rank[one.verdict] if one.intent else 3, not one.words))


def _after(now: Said | None, text: str, intent: str, asked: bool, offered: bool) -> Said | None:
    """What stands after one turn of the caller's; `asked`: the agent's turn before it was a confirming question."""
    before, named = now, False
    for said in read(text, intent):
        if said.aside and (now is None or now.mark == MENTIONED):
            continue
        if said.mark == MENTIONED and now is not None:
            continue
        now, named = said, named or not said.aside
    if named or not (asked or offered):
        return now
    return _answer(text, asked, before, now)


def _answer(text: str, asked: bool, before: Said | None, now: Said | None) -> Said:
    if now is not before and now is not None and now.mark != DO:
        return now
    if is_no(text):
        return Said(DONT, "The caller says no to the agent's question", text)
    if asked and is_yes(text):
        return Said(DO, "The caller says yes to the agent's question", text)
    return Said(ASK, "The agent's question is not answered", text)
