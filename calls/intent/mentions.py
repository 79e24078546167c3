"""Where the action is named: each mention becomes one mark in the text, so that the rules see its form alone.

`<do>` cancel my order, `<doing>` cancelling my order, `<done>` my order cancelled / cancelled my order, `<noun>` a refund.
"""

from __future__ import annotations

import re

PRONOUN = (
    r"(?:all of (?:it|that|them|this)|it all|it|that one|this one|that|this|them|those|these|everything|both|the lot)"
)
# Words that end what the action is about.
ENDS = (
    "and|or|but|if|unless|so|because|please|not|now|today|for|when|while|who|as|right|immediately|with|thanks|thank|only|"
    "without|after|before|until|yesterday|last|already|then|just|instead|actually|by|too|will|would|can|could|is|was|are|were|"
    "do|does|did|i|we|you|he|she|they|to|what|how|first|to|may|should|yet|still|online|on|tomorrow|never|no|wait|sorry|"
    "leave|keep|forget|cancel|cancell?ed|refund|refunded|close|closed|deleted|this|next|once|since|has|have|had|said"
)
WORD = rf"(?!(?:{ENDS})\b)\w+"
BOUGHT = r"(?: (?:that )?(?:i|we) (?:just |have )?(?:bought|ordered|placed|made|paid for))?"
THING = (
    rf"(?:(?:the|my|our|this|that|those|these|both|all|a|an|your)(?: of)?(?: (?:the|my|our))? {WORD}(?: {WORD}){{0,4}}"
    rf"|(?:order|ticket|number)(?: {WORD}){{0,6}})(?: for (?:the|my|ticket) {WORD}(?: {WORD})?)?{BOUGHT}"
)
WHAT = rf"(?:{PRONOUN}\b(?! {WORD} (?:one|order)\b)|{THING})"
ACCOUNT = rf"(?:(?:(?:the|my|our|this|that|your) )?(?:{WORD} )?(?:{WORD} and )?(?:accounts?|profile|membership|login|log in)(?: (?:account|of mine|with you))?)"
FOREIGN = re.compile(
    r"\b(?:appointment|call ?backs?|call|meeting|reminder|alarm|ticket(?! \w+ order)|window|door|chat|case|dentist|reservation|page|button|policy)\b"
)
ORDER = re.compile(r"(?<!\bin )\border\b")  # "the order from ticket 12345" is one
MONEY = r"(?:all )?(?:of )?(?:my|the|our|that) (?:\w+ )?(?:money|cash)(?: back)?"
REFUND = r"(?:(?:a|the|my|our|full|partial|complete|total|any) )*refund"
TO_GET = r"(?:give|get|send|grant|process|issue|make|arrange|start|request|do|put through|order)(?: me| us)?"

FORMS: dict[str, tuple[tuple[str, str], ...]] = {
    "cancel": (
        (rf"\b(?:cancel|scrap|void|annul|undo) {WHAT}|\bcall off {WHAT}|\bcall (?:it|that) off|\bstop (?:my|the|that|this) (?:order|delivery|subscription|shipment)", "<do>"),
        (rf"\b(?:get|have) {WHAT} cancell?ed\b", "<do>"),
        (rf"\b(?:cancell?ing|calling off)(?: {WHAT})?", "<doing>"),
        (rf"\bcancell?ed {WHAT}|\b{WHAT}(?: to be| be| been)? cancell?ed\b|\bcancell?ed\b", "<done>"),
        (r"\bcancel+ations?\b", "<noun>"),
        (rf"\bcancel\b(?! {THING})", "<do>"),
    ),
    "refund": (
        (rf"\b{TO_GET} {REFUND}\b(?: (?:for|on|of) {WHAT}| in full)?", "<do>"),
        (rf"\b(want|need|like|demand|expect|deserve|after) {REFUND}\b(?: (?:for|on|of) {WHAT})?", r"\1 to <do>"),
        (rf"\b(want|need|like|demand|expect) {MONEY}\b", r"\1 to <do>"),
        (rf"\b(?:{TO_GET}|return|put|pay) {MONEY}\b(?: (?:back )?on (?:my|the) \w+)?", "<do>"),
        (rf"\bgetting {REFUND}(?: (?:for|on|of) {WHAT})?|\bgetting {MONEY}|\brefunding(?: {WHAT})?", "<doing>"),
        (rf"\brefunded (?:me|us|{WHAT})|\b{WHAT}(?: to be| be| been)? refunded\b|\brefunded\b", "<done>"),
        (rf"(?<!\ba )(?<!the )(?<!full )(?<!your )(?<!any )(?<!that )\brefund (?:(?:me|us)\b(?: for {WHAT})?|{WHAT})", "<do>"),
        (r"\brefunds?\b|\bmoney back\b", "<noun>"),
    ),
    "close": (
        (rf"\b(?:close|shut|delete|terminate|deactivate|remove|end)(?: down| out)? (?:{ACCOUNT}|it|that|this|everything)\b(?: down)?", "<do>"),
        (rf"\b(?:get|have) {ACCOUNT} (?:closed|deleted|shut down|terminated)\b", "<do>"),
        (rf"\b(?:closing|shutting|deleting|terminating|deactivating)(?: down| out)? (?:{ACCOUNT}|it)\b", "<doing>"),
        (rf"\b(?:closed|shut|deleted|terminated|deactivated)(?: down| out)? (?:{ACCOUNT})\b|\b{ACCOUNT}(?: to be| be| been)? (?:closed|deleted|shut down|terminated|deactivated)\b", "<done>"),
        (r"\b(?:account closure|account closing|closure of (?:my|the|an) account|closing (?:of )?accounts?)\b", "<noun>"),
    ),
}  # fmt: skip
_FORMS = {intent: [(re.compile(found), mark) for found, mark in forms] for intent, forms in FORMS.items()}
MARK = re.compile("<(?:do|doing|done|noun)>")


def marked(text: str, intent: str) -> tuple[str, list[str]]:
    """`text` (normal) with a mark in place of each mention, and the words that each mark stands for, in order."""
    words: list[tuple[str, str]] = []

    def replace(found: re.Match[str], mark: str) -> str:
        if intent != "refund" and FOREIGN.search(found[0]) and not ORDER.search(found[0]):
            return found[0]
        words.append((mark, found[0]))
        return f"{found.expand(mark)}#{len(words) - 1}#"

    for pattern, mark in _FORMS[intent]:
        text = pattern.sub(lambda found, mark=mark: replace(found, mark), text)  # type: ignore[misc]
    order = [int(number) for number in re.findall(r"#(\d+)#", text)]
    return re.sub(r"#\d+#", "", text), [words[number][1] for number in order]
