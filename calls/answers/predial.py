"""May a campaign dial this contact? No, wherever that is in doubt: one call too few is better than a forbidden one.

Source: ServerMessageResponseCampaignPredial in Vapi's OpenAPI document.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from calls.message import Message, as_text
from calls.models import DoNotCall, RefusedDials
from tickets.phone import e164

WRITTEN_AS_A_NUMBER = re.compile(r"\s*\+[0-9][0-9\s().-]{3,36}")
COUNT = """
INSERT INTO calls_refuseddials AS known (day, reason, count) VALUES (%s, %s, 1)
ON CONFLICT (day, reason) DO UPDATE SET count = known.count + 1
"""
Reason = RefusedDials.Reason

log = logging.getLogger(__name__)


def answer_predial(message: Message) -> dict[str, Any]:
    """Raises nothing."""
    try:
        refused = refusal(message)
    except Exception:
        log.exception("the do-not-call list could not be asked")
        refused = Reason.FAILED
    if refused:
        _note(message, refused)
    return {"eligible": refused is None}


def refusal(message: Message) -> Reason | None:
    number = dialled_number(message.object("contact").get("number"))
    if not number:
        return Reason.NO_NUMBER
    return Reason.LISTED if DoNotCall.objects.filter(number=number).exists() else None


def dialled_number(value: Any) -> str:
    """E.164; empty for anything that is not plainly one number, such as text with a number somewhere in it."""
    text = as_text(value)
    return e164(text.strip()) if WRITTEN_AS_A_NUMBER.fullmatch(text) else ""


def _note(message: Message, refused: Reason) -> None:
    contact = as_text(message.object("contact").get("id"), 100)
    log.warning("campaign %s: contact %s is not called: %s", message.text("campaignId", 100), contact, refused.label)
    try:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [datetime.now(UTC).date(), refused.value])
    except Exception:
        log.exception("a refused dial was not counted")
