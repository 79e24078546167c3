"""What Vapi sends and what is refused: for whoever connects an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from calls.dashboard.pages import page
from calls.doctor.report import report


@page("calls.view_event")
def doctor(request: HttpRequest) -> HttpResponse:
    return render(request, "calls/doctor/page.html", {"report": report(f"{request.scheme}://{request.get_host()}")})
