"""A stretch of speech, cut into clauses, and each read by the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from calls.intent.judgement import DO, MENTIONED
from calls.intent.mentions import MARK, marked
from calls.intent.rules import ANY_FORM, ASIDE, FORM_RULES, IN_OWN_PART, Rule

# A full stop, or a word that begins a thought of its own.
CUT = re.compile(r"(?<=[.!?;:]) | (?=(?:but|because|however)\b)| (?=so (?!kind\b|that\b|i should not\b))")
OWN_PART = re.compile(r".*(?:,|\band|\bbut|\bso)(?= (?:i|we)\b)")
NEW_ORDER = re.compile(r"(?:, |\bplease |\bjust )(?:\w+ ){0,2}$")


@dataclass(frozen=True, slots=True)
class Said:
    """One clause as read: `mark` is DO, DONT, ASK or MENTIONED; `aside` where it does not name the action itself."""

    mark: str
    reason: str
    words: str
    aside: bool = False


def read(text: str, intent: str) -> Iterator[Said]:
    """In the order of speech; `text` is normal."""
    with_marks, words = marked(text, intent)
    names = iter(words)
    for clause in CUT.split(with_marks):
        start, found = 0, list(MARK.finditer(clause))
        for number, mention in enumerate(found):
            end = found[number + 1].start() if number + 1 < len(found) else len(clause)
            before, after = clause[start : mention.start()], clause[mention.end() : end].strip()
            yield from _corrected(before)
            yield _judged(before, mention[0], after, next(names))
            start = mention.end()
        yield from _aside(clause[start:].strip(" .,;:!?"))


def _judged(before: str, form: str, after: str, words: str) -> Said:
    own = OWN_PART.sub("", before).lstrip()
    for rules, left in ((ANY_FORM, before), (IN_OWN_PART, own), (FORM_RULES[form], own)):
        for rule in rules:
            if _fits(rule, left, after):
                return Said(rule.mark, rule.reason, f"{before.strip(' ,')} {words}".strip())
    return Said(MENTIONED, "It is only mentioned", words)


def _fits(rule: Rule, before: str, after: str) -> bool:
    return (rule.before is None or bool(rule.before.search(before))) and (
        rule.after is None or bool(rule.after.search(after))
    )


def _corrected(before: str) -> Iterator[Said]:
    """What is taken back ahead of the mention counts for what came earlier."""
    yield from (said for said in _aside(before.strip(" ,")) if said.mark != DO)


def _aside(text: str) -> Iterator[Said]:
    for rule in ASIDE:
        if text and rule.before and rule.before.search(text):
            yield Said(rule.mark, rule.reason, text, aside=True)
            return
