"""What every page tells the browser: what may run on it, who may frame it, and that nobody keeps a copy."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Of the style that the waveform brings, for the height that static/player.js gives it.
WAVEFORM_STYLE = "sha256-fF0LBso7Nz75zaFRDBUefBDvPe19hjaiDnnc8lt+2Js="

# Transcripts are what strangers say: nothing in them may run, even if escaping failed somewhere. No page has a script
# or a style of its own, so no nonce is needed that could leak; Tabler's form arrows are data: images.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": f"'self' '{WAVEFORM_STYLE}'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(f"{directive} {sources}" for directive, sources in POLICY.items()),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def page_headers(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Behind WhiteNoise: static files keep their own headers, and may be kept."""
    return lambda request: told(get_response(request))


def told(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
