"""The sound of a call, streamed from Vapi's API as it is heard; that it was heard is on record."""

from __future__ import annotations

import logging
import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from calls.models import Call
from calls.vapi.client import mono_recording
from calls.vapi.errors import VapiError
from supportvoice.headers import HEADERS
from supportvoice.streams import relay

ONE_RANGE = re.compile(r"bytes=(\d{1,15}-\d{0,15}|-\d{1,15})")

logger = logging.getLogger(__name__)


@login_not_required
async def recording(request: HttpRequest, vapi_id: str) -> HttpResponseBase:
    """Refused plainly: an audio element shows no login page."""
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=401)
    if not await user.ahas_perm("calls.hear_recordings"):
        return HttpResponse(status=403)
    call = await Call.objects.filter(vapi_id=vapi_id.replace("\0", ""), report__isnull=False).afirst()
    if call is None:
        return _said("There is no recording of this call.", 404)
    response = await _relayed(call, request.headers.get("Range", ""))
    logger.info(
        "recording of call %s, %s: %s to user %s (%s)",
        call.vapi_id,
        request.headers.get("Range", "whole")[:40],
        response.status_code,
        user.pk,
        user.get_username(),
    )
    return response


async def _relayed(call: Call, wanted: str) -> HttpResponseBase:
    try:
        response = await relay(mono_recording(call.vapi_id, wanted if ONE_RANGE.fullmatch(wanted) else ""))
    except VapiError as error:
        logger.warning("recording of call %s: %s", call.vapi_id, error)
        return _said(error.words, error.status)
    return _kept_nowhere(response)


def _said(words: str, status: int) -> HttpResponseBase:
    return _kept_nowhere(HttpResponse(words, status=status, content_type="text/plain; charset=utf-8"))


def _kept_nowhere(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in {**HEADERS, "X-Content-Type-Options": "nosniff"}.items():
        response.headers[name] = value
    return response
