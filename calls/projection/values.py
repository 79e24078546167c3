"""Values as PostgreSQL can hold them: JSON, money, phone numbers."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from calls.message import as_object, clean
from tickets.phone import e164

_DEEPEST = 20
_LARGEST_INT = 2**63 - 1
_COST_LIMIT_USD = 1_000_000
_MICRODOLLAR = Decimal("0.000001")


def clean_json(value: Any, depth: int = 0) -> Any:
    """Without NUL, lone surrogates, infinities, and what is nested too deeply to be meant."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict | list) and depth >= _DEEPEST:
        return None
    if isinstance(value, dict):
        return {clean(key): clean_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [clean_json(item, depth + 1) for item in value]
    return value if value is None or isinstance(value, bool) else number(value)


def clean_object(value: Any) -> dict[str, Any]:
    cleaned: dict[str, Any] = clean_json(dict(as_object(value)))
    return cleaned


def number(value: Any) -> int | float | None:
    """A finite number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) > _LARGEST_INT:
        return None
    return value if math.isfinite(value) else None


def numbers(value: Any) -> dict[str, float]:
    """The numeric fields of an object."""
    pairs = ((clean(key), number(item)) for key, item in as_object(value).items())
    return {key: item for key, item in pairs if item is not None}


def usd(value: Any) -> Decimal | None:
    amount = number(value)
    if amount is None or abs(amount) >= _COST_LIMIT_USD:
        return None
    return Decimal(str(amount)).quantize(_MICRODOLLAR)


def phone_number(text: str) -> str:
    """E.164 where it is a number written internationally, else as Vapi gave it (a SIP user, a withheld number)."""
    return e164(text) or text[:40]
