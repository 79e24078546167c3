"""The phone side's addresses: the webhook, then the managers' pages."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path

from calls.intake.endpoints import NAME
from calls.intake.views import VapiWebhook

urlpatterns: list[URLPattern | URLResolver] = [
    # Neither a trailing slash nor its absence may redirect: Vapi does not follow.
    re_path(r"^webhook(?:/vapi)?/?$", login_not_required(VapiWebhook.as_view()), name="webhook"),
    re_path(
        rf"^webhook/vapi/(?P<endpoint>{NAME})/?$", login_not_required(VapiWebhook.as_view()), name="webhook-endpoint"
    ),
    path("", include("calls.dashboard.urls")),
]
