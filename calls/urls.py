"""The phone side's addresses: the webhook, then the managers' pages."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
