"""What every page has in common: who may see it, in whose time zone, and that nobody keeps a copy.

The other headers are the same for every answer: supportvoice/headers.py.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def page(
    permission: str = "calls.view_call", method: str = "GET", *, staff_only: bool = False
) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        @require_http_methods([method])
        @permission_required(permission, raise_exception=True)
        @functools.wraps(view)
        def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if staff_only and not request.user.is_staff:
                raise PermissionDenied
            with timezone.override(zone(request)):
                response = view(request, *args, **kwargs)
            response.headers["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["HX-Request"])
            return response

        return shown

    return decorate


def person(request: HttpRequest) -> User:
    """Who acts. A page asks for a permission, and only a user has one."""
    assert isinstance(request.user, User)  # noqa: S101  the permission was asked of a user
    return request.user


def zone(request: HttpRequest) -> ZoneInfo:
    """The viewer's own, told by the browser in a cookie."""
    try:
        return ZoneInfo(request.COOKIES.get("zone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
