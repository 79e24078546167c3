"""`GET /call/{id}/mono-recording` as Vapi answers it: 302 to a signed link that expires and serves the WAV in ranges.

How a recording behaves is written in the folder of its link, as the stand-in's reports carry it: `late` is there some
seconds after the call, `slow` comes in drops, `expired` leads to an expired link, `gone` was deleted, `none` never was.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_GET

from calls.models import Call
from sandbox.vapi.voice import Spoken, wav

LINK_LASTS_S = 60
READY_AFTER = timedelta(seconds=20)
SLOW_CHUNK_BYTES, SLOW_PAUSE_S = 16_384, 0.5
ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@login_not_required
@require_GET
def mono_recording(request: HttpRequest, call_id: str) -> HttpResponseBase:
    given = request.headers.get("Authorization", "")
    if not settings.VAPI_API_KEY or not hmac.compare_digest(given.encode(), f"Bearer {settings.VAPI_API_KEY}".encode()):
        return error(401, "Invalid Key. Hot tip, you may be using the public key instead of the private key.")
    call = Call.objects.filter(vapi_id=call_id, started_at__isnull=False, ended_at__isnull=False).first()
    trap = behaviour(call)
    if call is None or trap == "none" or (trap == "late" and is_fresh(call)):
        return error(404, "Recording not found.")
    if trap == "gone":
        return error(410, "Recording deleted.")
    return HttpResponseRedirect(signed_link(request, call_id, -1 if trap == "expired" else LINK_LASTS_S))


@login_not_required
@require_GET
def stored_recording(request: HttpRequest, call_id: str) -> HttpResponseBase:
    expires = request.GET.get("expires", "")
    if not hmac.compare_digest(request.GET.get("signature", ""), signature(call_id, expires)):
        return HttpResponse("SignatureDoesNotMatch", status=403)
    if int(expires) < time.time():
        return HttpResponse("Request has expired", status=403)
    call = Call.objects.get(vapi_id=call_id)
    answer = ranged(sound(call), request.headers.get("Range", ""))
    return slowly(answer) if behaviour(call) == "slow" else answer


def is_fresh(call: Call) -> bool:
    return call.ended_at is not None and timezone.now() < call.ended_at + READY_AFTER


def behaviour(call: Call | None) -> str:
    """`https://storage.vapi.ai/late/….wav` → late; a recording in no folder is a plain one."""
    report = getattr(call, "report", None)
    link = report.recording.get("mono", "") if report else ""
    parts = link.split("/")
    return parts[3] if len(parts) == 5 else ""


def signed_link(request: HttpRequest, call_id: str, lasts_s: int) -> str:
    expires = str(int(time.time()) + lasts_s)
    query = urlencode({"expires": expires, "signature": signature(call_id, expires)})
    return request.build_absolute_uri(f"{reverse('sandbox-stored-recording', args=[call_id])}?{query}")


def signature(call_id: str, expires: str) -> str:
    return salted_hmac("sandbox.recordings", f"{call_id}:{expires}", algorithm="sha256").hexdigest()


def sound(call: Call) -> bytes:
    """From the moment it was connected."""
    turns = call.turns.filter(started_at__isnull=False, ended_at__isnull=False)
    spoken = (Spoken(turn.role, ms(call, turn.started_at), ms(call, turn.ended_at)) for turn in turns)
    return _sound(tuple(spoken), ms(call, call.ended_at))


def ms(call: Call, at: datetime | None) -> int:
    return int((at - call.started_at).total_seconds() * 1000) if at and call.started_at else 0


@lru_cache(maxsize=8)
def _sound(turns: tuple[Spoken, ...], duration_ms: int) -> bytes:
    return wav(turns, duration_ms)


def ranged(data: bytes, wanted: str) -> HttpResponse:
    """One range, as players ask for it."""
    headers = {"Accept-Ranges": "bytes"}
    found = ONE_RANGE.fullmatch(wanted)
    if not found or found.groups() == ("", ""):
        return HttpResponse(data, content_type="audio/wav", headers=headers | {"Content-Length": str(len(data))})
    first, last = found.groups()
    begin = int(first) if first else max(len(data) - int(last), 0)
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if begin > end:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{len(data)}"})
    about = {"Content-Range": f"bytes {begin}-{end}/{len(data)}", "Content-Length": str(end - begin + 1)}
    return HttpResponse(data[begin : end + 1], status=206, content_type="audio/wav", headers=headers | about)


def slowly(answer: HttpResponse) -> StreamingHttpResponse:
    async def dribble() -> AsyncIterator[bytes]:
        for at in range(0, len(answer.content), SLOW_CHUNK_BYTES):
            await asyncio.sleep(SLOW_PAUSE_S)
            yield answer.content[at : at + SLOW_CHUNK_BYTES]

    return StreamingHttpResponse(dribble(), status=answer.status_code, headers=dict(answer.headers))


def error(status: int, message: str) -> JsonResponse:
    return JsonResponse({"message": message, "statusCode": status}, status=status)
