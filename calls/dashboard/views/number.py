"""A phone number, shown to who may see it; that it was shown is on record."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from calls.dashboard.pages import page
from calls.models import Call

logger = logging.getLogger(__name__)


@page("calls.see_numbers", method="POST")
def number(request: HttpRequest, vapi_id: str) -> HttpResponse:
    call = get_object_or_404(Call, vapi_id=vapi_id.replace("\0", ""))
    logger.info("number of call %s shown to user %s (%s)", call.vapi_id, request.user.pk, request.user.get_username())
    return render(request, "components/number_shown.html", {"call": call})
