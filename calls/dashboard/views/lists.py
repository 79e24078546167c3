"""How a list answers: whole, or only what was found, with the address that leads there again."""

from __future__ import annotations

from collections.abc import Container, Mapping

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from calls.dashboard.views.live import is_fragment


def listed(request: HttpRequest, folder: str, context: Mapping[str, object]) -> HttpResponse:
    """`folder` is where the list's page.html and found.html are."""
    around = {"filters": kept(request.GET, drop={"before", "after"}), "back": kept(request.GET)}
    template = "found.html" if is_fragment(request) else "page.html"
    response = render(request, f"{folder}/{template}", {**around, **context})
    if is_fragment(request) and request.GET and request.headers.get("HX-Trigger") != "found":
        response.headers["HX-Push-Url"] = f"{request.path}?{around['back']}"
    return response


def kept(query: QueryDict, drop: Container[str] = ()) -> str:
    """The query without its empty fields."""
    fields = QueryDict(mutable=True)
    fields.update({name: str(value) for name, value in query.items() if value and name not in drop})
    return fields.urlencode()
