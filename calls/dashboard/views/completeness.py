"""What is missing of the last days' calls?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from calls.dashboard.completeness import COLUMNS, days
from calls.dashboard.pages import page


@page()
def completeness(request: HttpRequest) -> HttpResponse:
    return render(request, "calls/completeness/page.html", {"days": days(), "columns": COLUMNS})
