"""The words people tell times with, and the patterns they come in."""

from __future__ import annotations

import re

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_UNITS += "seventeen eighteen nineteen".split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth".split()
_ORDINALS += "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
CARDINALS = {word: number for number, word in enumerate(_UNITS)}
ORDINALS = {word: number for number, word in enumerate(_ORDINALS, 1)} | {"thirtieth": 30}

_DAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH_NAMES = "january february march april may june july august september october november december".split()
WEEKDAYS = {name: number for number, name in enumerate(_DAY_NAMES)}
MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}

# Said in many ways, written in one; in this order.
REWRITTEN = {
    r"\ba\.m\b\.?": "am",
    r"\bp\.m\b\.?": "pm",
    r"\bo'? ?clock\b": "",
    r"[,;!?]|\.(?=\s|$)|(?<=[a-z])-(?=[a-z])": " ",
    r"\b(noon|midday)\b": "12 pm",
    r"\btonight\b": "this evening",
    r"\bthe day after tomorrow\b|\bday after tomorrow\b": "in 2 days",
    r"\b(an|one) hour and a half\b": "90 minutes",
    r"\bhalf an hour\b": "30 minutes",
    r"\ba quarter of an hour\b": "15 minutes",
    r"\ba couple of\b": "2",
    r"\ba quarter\b": "quarter",
    r"\ban? (?=(minute|hour|day|week)\b)": "1 ",
    r"\b(as soon as possible|asap|right away|right now|straight away|immediately|now)(?<!from now)\b": "soon",
}
_MONTH = f"(?P<month>{'|'.join(_MONTH_NAMES)})"
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?: (?P<year>20\d\d))?"
_HALF = r"(?: ?(?P<half>am|pm))?"
_AMOUNT = r"(?P<count>\d{1,3}) (?P<unit>minute|hour|day|week)s?"
PATTERNS = tuple(
    re.compile(rf"\b{pattern}\b")
    for pattern in (
        rf"in {_AMOUNT}(?: from now)?",
        rf"{_AMOUNT} from now",
        rf"{_DAY}(?:st|nd|rd|th)? (?:of )?{_MONTH}{_YEAR}",
        rf"{_MONTH} (?:the )?{_DAY}(?:st|nd|rd|th)?{_YEAR}",
        rf"(?:the )?{_DAY}(?:st|nd|rd|th)",
        r"(?P<relative>today|tomorrow)",
        rf"(?:(?:next|this|coming) )?(?P<weekday>{'|'.join(_DAY_NAMES)})(?: (?P<next_week>next week))?",
        r"(?:(?P<this>this) )?(?P<part>morning|afternoon|evening)",
        r"(?P<soon>soon)",
        rf"(?P<past>half past|quarter past|quarter to) (?P<hour>\d{{1,2}}){_HALF}",
        rf"(?P<hour>\d{{1,2}})[:.h ](?P<minute>\d\d){_HALF}",
        rf"(?P<hour>\d{{1,2}}){_HALF}",
    )
)
FILLERS = frozenset("at on in the about around please call me back later".split())


def written(said: str) -> str:
    """Lower case, one blank between words, numbers as digits: "Twenty-fifth, half past Two" → "25th half past 2"."""
    text = said.lower().replace("\u2019", "'")
    for pattern, plain in REWRITTEN.items():
        text = re.sub(pattern, plain, text)
    return " ".join(_numbered(text.split()))


def _numbered(words: list[str]) -> list[str]:
    told: list[str] = []
    position = 0
    while position < len(words):
        taken, number = _number(words[position], words[position + 1] if position + 1 < len(words) else "")
        told.append(number)
        position += taken
    return told


def _number(word: str, following: str) -> tuple[int, str]:
    """How many words it takes, and what they are as digits."""
    tens = _TENS.get(word)
    if tens and 0 < CARDINALS.get(following, 0) < 10:
        return 2, str(tens + CARDINALS[following])
    if tens and ORDINALS.get(following, 10) < 10:
        return 2, f"{tens + ORDINALS[following]}th"
    if word in ORDINALS:
        return 1, f"{ORDINALS[word]}th"
    return 1, str(tens or CARDINALS.get(word) or word)
