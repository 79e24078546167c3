"""The signal that something changed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from calls.escalations.work import LIVE_NAME
from supportvoice.streams import stream


@login_not_required
async def live_stream(request: HttpRequest) -> HttpResponseBase:
    """Everything; with `?words=<call>` only that call's words and changes and the escalations' count, which each page
    has; with `?words=` every change and nobody's words. Refused plainly: no script follows a redirect to a login.
    """
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=401)
    if not await user.ahas_perm("calls.view_call"):
        return HttpResponse(status=403)
    wanted = request.GET.get("words")
    if wanted is None:
        return await stream()
    names = frozenset((wanted, LIVE_NAME)) if wanted else None
    return await stream(lambda message: message.get("call") == wanted, names)
