"""What no log line may hold: phone numbers, bearer tokens, secrets in key=value form."""

from __future__ import annotations

import logging
import re

_RULES = (
    (re.compile(r"(?i)\bbearer\s+[\w.~+/=-]+"), "Bearer-[masked]"),
    (
        re.compile(
            r"(?i)(authorization|secret|signature|token|password|api[_-]?key)([\"']?\s*[=:]\s*[\"']?)[^\s\"',}]+"
        ),
        r"\1\2[masked]",
    ),
    (re.compile(r"(?<![\w-])\+\d{5,13}(\d{2})\b"), r"+•••\1"),
    (re.compile(r"//([^:/@\s]*):[^@/\s]+@"), r"//\1:[masked]@"),
)


def mask(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


class MaskFilter(logging.Filter):
    """Renders the record once, masked; the arguments are dropped so that no handler renders them again."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), None
        return True
