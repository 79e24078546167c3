"""Every address of the installation."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from supportvoice import health

urlpatterns = [
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    *(path(probe.lstrip("/"), health.probe, name=probe.lstrip("/")) for probe in health.PROBES),
    path("admin/", admin.site.urls),
    *([path("sandbox/", include("sandbox.urls"))] if settings.LOCAL_MODE else []),
    path("", include("calls.urls")),
]
