"""Speech as recognised, in one spelling: contractions written out, fillers gone, known mishearings mended."""

from __future__ import annotations

import re

CONTRACTIONS = (
    (r"\b(?:i'm|im)\b", "i am"),
    (r"\b(?:can't|cannot|cant)\b", "can not"),
    (r"\bwon't (?:to|too|two)\b|\bwont to\b", "want to"),
    (r"\b(?:won't|wont)\b", "will not"),
    (r"\b(?:don't|dont|doan|don)\b", "do not"),
    (r"\b(is|are|was|were|do|does|did|would|could|should|has|have|had|must|need|might)n'?t\b", r"\1 not"),
    (r"\blet'?s\b", "let us"),
    (r"'d\b", " would"),
    (r"'ll\b", " will"),
    (r"'ve\b", " have"),
    (r"'re\b", " are"),
    (r"\b(i|you|we|they)(?:ll)\b(?<!well)(?<!ill)", r"\1 will"),
    (r"\b(it|that|there|he|she|what|who|where|how)'?s\b", r"\1 is"),
    (r"\bwanna\b", "want to"),
    (r"\bgonna\b", "going to"),
    (r"\bgotta\b", "got to"),
    (r"\bnevermind\b", "never mind"),
)
MISHEARD = (
    (r"\b(?:council|counsel|cancer|cansel|can sell|can sale|console|cancell)\b(?= (?:it|that|this|my|the|order|both|all|ev))",
     "cancel"),
    (r"\b(?:council|counsel|cancer|can sell|console)(?:ing|ling)\b", "cancelling"),
    (r"\b(?:council|counsel|cancer|can sell|console)(?:ed|led)\b", "cancelled"),
    (r"\b(?:re fund|refunned|re-fund|reef fund|rethund|refun|we fund|refined)\b", "refund"),
    (r"\b(?:clothes|cloze|claws|clothe)\b(?= (?:it|that|this|my|the|down|out))", "close"),
    (r"\b(my|the|this) a count\b", r"\1 account"),
    (r"\b(my|the|this) (?:odor|older|border|odour)\b", r"\1 order"),
    (r"\b(?:knot|nut)\b", "not"),
    (r"(?:^|(?<=[.,] ))weight\b", "wait"),
    (r"(?:^|(?<=[.,] ))know (?=(?:wait|not|i|just|please))", "no "),
    (r"\b(want|need|like|going|trying|calling|have|ask|asked|ask you|asked you|told you) (?:two|too)\b", r"\1 to"),
    (r"\bplease's\b|\bpleas\b|\bpeas\b", "please"),
)  # fmt: skip
FILLERS = r"\b(?:um+|uh|er+|erm|hmm+|oh|ah|well|you know what|you know|i mean|okay so|so uh|sort of|kind of|basically)\b,?|\bafter all\b(?! (?:of|the|my|our|those|these|that)\b),?"
_CONTRACTIONS = [(re.compile(found), mended) for found, mended in CONTRACTIONS]
_MISHEARD = [(re.compile(found), mended) for found, mended in MISHEARD]
_FILLERS = re.compile(FILLERS)
_TWICE = re.compile(r"\b(\w+)(?: \1\b)+")


def normal(text: str) -> str:
    """Lower case, one blank between words, punctuation standing by itself."""
    text = (
        text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("mm-hmm", "mhm").replace("uh-huh", "mhm")
    )
    for found, mended in _CONTRACTIONS:
        text = found.sub(mended, text)
    text = _FILLERS.sub(" ", text)
    text = re.sub(r"[^\w\s.,;:!?]", " ", text)
    text = " ".join(re.sub(r"([.,;:!?])", r" \1 ", text).split())
    for found, mended in _MISHEARD:
        text = found.sub(mended, text)
    text = _TWICE.sub(r"\1", text)
    return re.sub(r"^(?:[.,;:!?] )+", "", text)
