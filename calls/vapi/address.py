"""Where a request may go. An answer that points elsewhere must not lead into this network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

import httpx
from django.conf import settings

from calls.vapi.errors import ForbiddenAddressError, UpstreamError
from supportvoice.outgoing import has_allowed_scheme


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
