"""What can the agent do, and how has it been doing?"""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from calls.answers.for_vapi import function_tools
from calls.answers.registry import TOOLS
from calls.dashboard.pages import page
from calls.dashboard.tools import listed_tools


@page("calls.view_toolcall")
def tools(request: HttpRequest) -> HttpResponse:
    registered = list(TOOLS.values())
    context = {
        "tools": listed_tools(registered, timezone.now()),
        "for_vapi": json.dumps(function_tools(registered), indent=2),
    }
    return render(request, "calls/tools/page.html", context)
