"""Where a request may go. An answer that points elsewhere must not lead into this network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

import httpx
from django.conf import settings

from calls.vapi.errors import ForbiddenAddressError, UpstreamError


def has_allowed_scheme(url: httpx.URL) -> bool:
    """https, or plain http to this machine in local mode."""
    return bool(url.host) and (url.scheme == "https" or (settings.LOCAL_MODE and _is_loopback(url.host)))


async def pinned(url: httpx.URL) -> tuple[httpx.URL, dict[str, str], dict[str, Any]]:
    """The URL with the checked IP address in the name's place, and what keeps the name for TLS and the server.

    A name that is resolved twice may resolve to something else the second time.
    """
    if not has_allowed_scheme(url):
        raise ForbiddenAddressError
    address = await _resolve(url)
    name = url.netloc.decode()
    return url.copy_with(host=address), {"host": name}, {"sni_hostname": url.host}


async def _resolve(url: httpx.URL) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(url.host, url.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UpstreamError(type(error).__name__) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_allowed(address) for address in addresses):
        raise ForbiddenAddressError
    return addresses[0]


def is_allowed(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return bool(settings.LOCAL_MODE)
    return ip.is_global and not ip.is_multicast


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
