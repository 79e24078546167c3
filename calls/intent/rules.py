"""The rules: what stands before a mention, and after it, and what that makes of it. The first that fits decides.

Each side is searched in one clause alone. `$` after a chain binds the rule to the mention: between a negation and what it
negates stand only words that carry it on ("do not think I want to"), so "I don't want a voucher, cancel it" is not negated.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from calls.intent.judgement import ASK, DO, DONT, MENTIONED

ADVERBS = (
    r"(?:(?:just|please|really|actually|ever|even|kindly|simply|only|go ahead and|now|finally|still|already|also|instead|yes|yeah|"
    r"immediately|straight away|today|then|maybe|sorry|totally|like) )*"
)
CARRIES = (
    "want|wanting|wanted|need|needing|wish|like|think|believe|plan|planning|intend|intending|going|trying|try|calling|ringing|phoning|here|ask|"
    "asked|asking|say|said|saying|tell|told|prefer|rather|mean|meant|even|really|be|been|have|had|you|me|him|her|them|anyone|anybody|we|i|"
    "should|would|could|can|will|must|that|to|actually|just|looking|interested|keen|in|on|about|anything|of|for|go|ahead|and|ever|authorise|agree|agreed|let|"
    "get|do|please|necessary|any|thing|nothing|is|under|talking"
)
CHAIN = rf"(?:(?:{CARRIES}) )*$"
OTHERS = (
    r"(?:he|she|they|somebody|someone|everybody|everyone|people|nobody|it|(?:my|the|your|our|a|this|that|his|her|some)(?: \w+){1,6}?|"
    r"\w+ online)"
)
SAYING = (
    r"(?:said|says|say|saying|told|tells|tell|wants|wanted|want|thinks|thought|think|asked|asks|suggested|suggests|recommended|recommends|"
    r"advised|needs|insisted|insists|was like|is like|goes|went|wishes|decided|would like|agrees|offered|promised|begged)"
)
POLITE_IF = r"\bif (?:it is |that is )?(?:possible|okay|ok|alright|you (?:could|can|would|please|do not mind)(?! not))"
IF = r"\b(?:if|unless|in case|whenever|when|once|as soon as|until|till|suppose|supposing|otherwise|or else|as long as|provided|either|assuming)\b"


class Rule(NamedTuple):
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    mark: str
    reason: str


def rule(before: str, mark: str, reason: str, after: str = "") -> Rule:
    return Rule(re.compile(before) if before else None, re.compile(after) if after else None, mark, reason)


OWN_QUOTE = r"\bi (?:have |had |am |already |just )*(?:said|told you|telling you|tell you|saying|asked you|repeat)(?: (?:to|that|already|twice|before|you|once|please|just))* $"

ANY_FORM = (
    rule(r"\b(?:do not|never|not) (?:forget|fail|hesitate|be afraid) to $", DO, "An order"),
    rule(rf"\bwhy (?:do|can|would|will) (?:not you|you not) {ADVERBS}$", DO, "A request"),
    rule(r"\bnot (?:sure|certain|know|decided|made up)\b|\b(?:wondering|wonder|considering|consider|tempted|thinking|might|may|maybe|perhaps|"
         r"guess|part of me|undecided|let me think|half a mind|toying|what do you think|contemplating)\b(?! i ask)(?! we ask)", ASK, "The caller is not sure"),
    rule("", ASK, "The caller is not sure", after=r"\b(?:let me (?:think|sleep|ask|check)|sleep on it|not sure|what do you think|maybe|later on)\b"),
    rule(rf"{POLITE_IF}.*$", DO, "A polite request"),
    rule(rf"{IF}|^should (?!i\b|we\b)|\bor (?:i|we)\b|\b(?:or|before you|after) {ADVERBS}$", ASK, "Only on a condition"),
    rule("", ASK, "Only on a condition", after=rf"^(?!.*{POLITE_IF}).*(?:\b(?:only )?if\b|\bunless\b|\bin case\b|\bonce\b|\bprovided\b|\bas long as\b|\bassuming\b|\bwhen (?!i bought|i ordered)|\bas soon as\b|\bafter\b)"),
    rule(rf"\b(?:not|never|no longer|nobody|no one|nor|neither) {CHAIN}", DONT, "It is negated"),
    rule(rf"\b(?:no (?:need|reason|point|intention|interest|plans?|wish|desire)|without|instead of|rather than|stop|avoid|refuse|refusing|against) {CHAIN}",
         DONT, "It is negated"),
    rule(OWN_QUOTE, DO, "The caller repeats an order"),
)  # fmt: skip

# Read in the caller's own last part of the clause: after "and I", a comma, a turn.
IN_OWN_PART = (
    rule(rf"\b{OTHERS} (?:\w+ )?{SAYING}\b.*$", ASK, "Somebody else says so"),
    rule(
        r"\b(?:i|we) (?:was|were|am|are|have been|got|had been) (?:told|asked|advised|supposed|meant)\b|\baccording to\b|\bi (?:heard|read|saw|understand)\b"
        r"|\b(?:told|asked|advised|wants?|wanted|begged|urged) (?:me|us) to\b|\brecommend",
        ASK,
        "Somebody else says so",
    ),
    rule(rf"\b(?:can|may|could) i (?:please )?(?:get|ask|have) you to {ADVERBS}$", DO, "A request"),
    rule(r"\b(?:how|what|why|where|who|whom|which|whether)\b", ASK, "A question"),
    rule(r"\b(?:possible|allowed|able|permitted|fee|charge|cost) (?:to|for) ", ASK, "A question"),
    rule(
        r"\b(?:can|could|may|might|shall|should|do|did|would|am|are|will|must|does|have|has|was|were|had|is) (?:i|we|one|they|he|she|anyone|it|there|someone)\b",
        ASK,
        "A question",
    ),
    rule(r"\b(?:did|have|had|are|do|were) you\b(?! mind)", ASK, "A question"),
)

FORM_RULES: dict[str, tuple[Rule, ...]] = {
    "<do>": (
        rule(rf"\b(?:can|could|would|will) (?:not )?you (?:be so kind as to |be able to |help me (?:to )?|mind (?:to )?|be kind enough to )?{ADVERBS}$", DO, "A request"),
        rule(rf"\b(?:was|were) (?:going|about|planning) to {ADVERBS}$|\b(?:tried|trying already|used|forgot|planned|attempted|nearly|almost) (?:to )?{ADVERBS}$|\bwould have\b",
             MENTIONED, "It is past"),
        rule(rf"\b(?:want|wants|wanted|need|like|love|wish|hoping|hope|calling|called|ringing|phoning|here|trying|decided|have|got|ready|prefer|asking|ask|looking|"
             rf"demand|request|happy|insist|authorise|just|please|glad)(?: (?:you|someone|you guys|in|today|now|on))* to {ADVERBS}(?:go ahead and )?(?:help me )?$", DO, "The caller wants it"),
        rule(rf"\bmust {ADVERBS}$|\blet us {ADVERBS}$|\bhelp me (?:to )?{ADVERBS}$|\byou (?:can|may|should|better) {ADVERBS}$|\bi would {ADVERBS}like to $", DO, "An order"),
        rule(rf"\b(?:will|would|could|should|can|shall|going to|about to) {ADVERBS}$", ASK, "It may be meant for later"),
        rule(rf"\b(?:i|we|he|she|they|it|who|you) {ADVERBS}$", ASK, "It is not asked for"),
        rule(rf"\b(?:said|says|saying|was like|goes|tells me|told me) {ADVERBS}$", ASK, "Somebody else says so"),
        rule(rf"\bto {ADVERBS}$", ASK, "It is not asked for"),
        rule(r"\b(?:the|a|an|your|my|this|any|about|of|in|with|by) $", MENTIONED, "It is only mentioned"),
        rule("", ASK, "A question", after=r"^\?"),
        rule("", DO, "An order"),
    ),
    "<doing>": (
        rule(rf"\b(?:would|do|could) you (?:please )?mind {ADVERBS}$", DO, "A request"),
        rule(r"\b(?:go ahead with|proceed with|help(?: me)? with|start|insist on) $", DO, "The caller wants it"),
        rule("", ASK, "It is not asked for"),
    ),
    "<done>": (
        rule(rf"\b(?:want|need|like|please have|please get|prefer) {ADVERBS}$", DO, "The caller wants it"),
        rule("", MENTIONED, "It is told of, not asked for"),
    ),
    "<noun>": (
        rule(r"\b(?:want|need|like|request|demand|requesting) (?:to (?:request|get|have) )?(?:(?:a|an|the|my|full) )*$", DO, "The caller wants it"),
        rule(r"^(?:(?:a|an|the|full|just) )*$", DO, "An order", after="^please"),
        rule("", MENTIONED, "It is only mentioned"),
    ),
}  # fmt: skip

# Without a mention, about what was said before.
ASIDE = (
    rule(r"\b(?:never mind|forget (?:it|that|about it|about that)|scratch that|leave (?:it|that|everything|things)|changed my mind|"
         r"do not do (?:it|that)|stop(?: it)?$|not any ?more|i take that back|ignore that|strike that|on second thoughts?)\b", DONT, "The caller takes it back"),
    rule(r"\b(?:do not|please no|no do not)(?: please)? ?[.,!]?$", DONT, "The caller takes it back"),
    rule(r"\b(?:but|and|will|want to) keep\b.* (?:one|ones|other|others|rest|rug)\b", MENTIONED, "Something else is kept"),
    rule(r"\bkeep\b|\bstay (?:with|a)\b|\btake (?:the )?store credit\b|\bwait for\b", DONT, "The caller wants to keep it"),
    rule(r"\b(?:wait|hold on|hang on|one (?:second|moment)|not yet|let me think|not so fast)\b", ASK, "The caller hesitates"),
    rule(r"^(?:no|nope|nah)(?: thank you| thanks)?$", DONT, "The caller says no"),
)  # fmt: skip
