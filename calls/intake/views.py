"""The webhook as a Django REST framework view: what `urls.py` routes to, and what answers where the lane is off."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from calls.answers.reply import NOTHING
from calls.intake import tally
from calls.intake.accepted import after_commit, reply_to
from calls.intake.endpoints import MAIN
from calls.intake.inbox import EventRows, repeated
from calls.intake.limits import MAX_BODY_BYTES, in_flight
from calls.intake.receive import (
    BUSY,
    NOT_STORED,
    Refused,
    header_mapping,
    receive,
    refuse_headers,
)
from calls.intake.signature import Headers
from calls.intake.store import store

RETRY_AFTER_S = "1"

log = logging.getLogger(__name__)


class VapiWebhook(APIView):
    """The signature is the login: no session, no CSRF token, no redirect."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def post(self, request: Request, endpoint: str = MAIN) -> HttpResponseBase:
        headers = header_mapping(request.headers)
        if refused := refuse_headers(headers, endpoint):
            return refusal(refused, endpoint)
        reserved = announced_bytes(headers)
        if not in_flight.take(reserved):
            return refusal(BUSY, endpoint)
        try:
            # Not `request.body`: its limit is the forms', and more than a delivery may have is never held.
            return deliver(headers, request._request.read(MAX_BODY_BYTES + 1), endpoint)
        finally:
            in_flight.give_back(reserved)


def announced_bytes(headers: Headers) -> int:
    """What to hold room for: a length that is no number, which some servers let through, is taken for the most."""
    length = headers.get("content-length", b"").strip()
    return min(int(length), MAX_BODY_BYTES) if length.isdigit() else MAX_BODY_BYTES


def deliver(headers: dict[str, bytes] | Any, body: bytes, endpoint: str) -> HttpResponseBase:
    now = datetime.now(UTC)
    outcome = receive(headers, body, now, endpoint)
    if isinstance(outcome, Refused):
        return refusal(outcome, endpoint)
    if outcome.rows is not None and not is_stored(outcome.rows):
        return refusal(NOT_STORED, endpoint)
    tally.accepted(endpoint, outcome.message.type)
    after_commit(outcome, int(now.timestamp() * 1000))
    reply = reply_to(outcome.message) if outcome.wants_reply else NOTHING
    tally.answered(outcome.message)
    return HttpResponse(reply.body, content_type=reply.content_type)


def is_stored(rows: EventRows) -> bool:
    """Committed when it returns True: the view runs outside any other transaction."""
    began = time.monotonic()
    try:
        inserted = store([rows])
    except DatabaseError as error:
        log.error("event not stored: %s", type(error.__cause__ or error).__name__)
        return False
    tally.committed(rows=1, took_s=time.monotonic() - began, waiting=0)
    tally.repeated(repeated([rows], inserted))
    return True


def refusal(refused: Refused, endpoint: str) -> Response:
    tally.refused(endpoint, refused.cause)
    headers = {"Retry-After": RETRY_AFTER_S} if refused.status == 503 else {}
    return Response({"error": refused.reason} if refused.reason else {}, refused.status, headers=headers)
