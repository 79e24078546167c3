"""What every request to somebody else's server keeps to: https, and certificates that are read once."""

from __future__ import annotations

import ipaddress
import ssl
from functools import cache

import httpx
from django.conf import settings


def has_allowed_scheme(url: httpx.URL) -> bool:
    """https, or plain http to this machine in local mode."""
    is_local = settings.LOCAL_MODE and url.scheme == "http" and is_loopback(url.host)
    return bool(url.host) and (url.scheme == "https" or is_local)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@cache
def tls() -> ssl.SSLContext:
    """Reading the certificates takes tens of milliseconds, which each request would pay anew."""
    return httpx.create_ssl_context(trust_env=False)
