"""A customer's PIN: never kept, only what proves it. Four digits are soon guessed where the key is not secret."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from tickets.models import Customer

PATTERN = "[0-9]{4,8}"
IN_WORDS = "A PIN is four to eight digits."


def mac_of(customer_pk: int, pin: str, field_key: str | None = None) -> bytes:
    """With the first of FIELD_KEYS, or the one given. Bound to the customer, so that equal PINs do not look equal."""
    key = hashlib.sha256(b"pin\x00" + (field_key or settings.FIELD_KEYS[0]).encode()).digest()
    return hmac.new(key, f"{customer_pk}\x00{pin}".encode(), hashlib.sha256).digest()


def is_pin(customer: Customer, pin: str) -> bool:
    """Every key is tried, also where one has matched: how long it takes tells nothing."""
    held = bytes(customer.pin_mac or b"")
    tried = [hmac.compare_digest(mac_of(customer.pk, pin, key), held) for key in settings.FIELD_KEYS]
    return any(tried)


def masked(pin: str) -> str:
    """What stands for a PIN where it must be told from another and never read."""
    key = hashlib.sha256(b"masked\x00" + settings.FIELD_KEYS[0].encode()).digest()
    return f"[masked {hmac.new(key, pin.encode(), hashlib.sha256).hexdigest()[:8]}]"
