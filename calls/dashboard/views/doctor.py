"""What Vapi sends and what is refused: for whoever connects an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from calls.dashboard.pages import page
from calls.doctor.examination import examine
from calls.doctor.report import report


@page("calls.view_event", method="POST")
def doctor_checks(request: HttpRequest) -> HttpResponse:
    """A POST, since it sends messages to our own address. Takes some seconds."""
    return render(request, "calls/doctor/checks.html", {"examined": examine()})


@page("calls.view_event")
def doctor(request: HttpRequest) -> HttpResponse:
    return render(request, "calls/doctor/page.html", {"report": report(f"{request.scheme}://{request.get_host()}")})
