"""Local mode only: a stand-in Vapi that places calls, and the demo that shows them."""

from __future__ import annotations

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "sandbox"
