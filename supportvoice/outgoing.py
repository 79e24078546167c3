"""What every request to somebody else's server keeps to: https, and certificates that are read once."""

from __future__ import annotations

import ipaddress
import re
import ssl
from functools import cache

import httpx
from django.conf import settings

NAME = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?", re.IGNORECASE)


def has_allowed_scheme(url: httpx.URL) -> bool:
    """https, or plain http to this machine in local mode."""
    is_local = settings.LOCAL_MODE and url.scheme == "http" and is_loopback(url.host)
    return is_host(url.raw_host.decode()) and (url.scheme == "https" or is_local)


def is_host(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return bool(NAME.fullmatch(host))


def is_allowed_address(written: str) -> bool:
    """The same of what a person typed, which may be no address at all."""
    try:
        return has_allowed_scheme(httpx.URL(written))
    except httpx.InvalidURL:
        return False


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@cache
def tls() -> ssl.SSLContext:
    """Reading the certificates takes tens of milliseconds, which each request would pay anew."""
    return httpx.create_ssl_context(trust_env=False)
