"""The stand-in's addresses, below /sandbox/ of a server in local mode."""

from __future__ import annotations

from django.urls import URLPattern, path

from sandbox.api import calls, resources
from sandbox.api.recordings import mono_recording, stored_recording

urlpatterns: list[URLPattern] = [
    path("vapi/call/<str:call_id>/mono-recording", mono_recording, name="sandbox-mono-recording"),
    path("storage/<str:call_id>-mono.wav", stored_recording, name="sandbox-stored-recording"),
    path("vapi/call", calls.many, name="sandbox-calls"),
    path("vapi/call/<str:call_id>", calls.one, name="sandbox-call"),
    path("vapi/_next", resources.next_answers, name="sandbox-next-answers"),
    path("vapi/<str:kind>", resources.many, name="sandbox-resources"),
    path("vapi/<str:kind>/<str:vapi_id>", resources.one, name="sandbox-resource"),
]
