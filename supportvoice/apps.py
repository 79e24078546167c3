"""The project's own app: system checks."""

from __future__ import annotations

from django.apps import AppConfig


class SupportVoiceConfig(AppConfig):
    name = "supportvoice"

    def ready(self) -> None:
        from supportvoice import checks  # noqa: F401  registers the checks
