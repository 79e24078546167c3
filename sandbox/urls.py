"""The stand-in's addresses, below /sandbox/ of a server in local mode."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from sandbox.api import resources
from sandbox.api.recordings import mono_recording, stored_recording

KINDS = "assistant|tool|squad|structured-output"

urlpatterns: list[URLPattern] = [
    path("vapi/call/<str:call_id>/mono-recording", mono_recording, name="sandbox-mono-recording"),
    path("storage/<str:call_id>-mono.wav", stored_recording, name="sandbox-stored-recording"),
    path("vapi/_next", resources.next_answers, name="sandbox-next-answers"),
    re_path(rf"^vapi/(?P<kind>{KINDS})$", resources.many, name="sandbox-resources"),
    re_path(rf"^vapi/(?P<kind>{KINDS})/(?P<vapi_id>[^/]+)$", resources.one, name="sandbox-resource"),
]
