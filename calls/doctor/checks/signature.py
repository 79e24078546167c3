"""Is a signed message taken and an unsigned one refused, at each of our addresses, through everything in between?"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from calls.doctor import own_address
from calls.doctor.account import Account
from calls.doctor.own_address import UnreachableError, harmless_message, in_words, post
from calls.doctor.said import Said, unchecked, well, wrong
from calls.doctor.signing import signed_headers
from calls.intake.endpoints import Endpoint, endpoints


def signature(_: Account) -> Iterator[Said]:
    for endpoint in endpoints().by_name.values():
        try:
            yield from _round_trip(endpoint)
        except UnreachableError as error:
            yield unchecked(f"{endpoint.path}: {error}")


def _round_trip(endpoint: Endpoint) -> Iterator[Said]:
    url, body = own_address.address(endpoint.path), harmless_message()
    headers = signed_headers(endpoint.scheme, body)
    if not headers:
        yield unchecked(f"{endpoint.path} has no secret to sign with.")
        return
    unsigned = post(url, body, {})
    if unsigned.status == HTTPStatus.OK:
        yield wrong(f"{endpoint.path} takes unsigned messages: whoever knows the address can write here.")
    elif unsigned.status != HTTPStatus.UNAUTHORIZED:
        yield wrong(f"{endpoint.path}, unsigned: {in_words(unsigned)}")
        return
    signed = post(url, body, headers)
    if signed.status == HTTPStatus.OK:
        yield well(f"{endpoint.path} takes what is signed{_and_refuses(unsigned.status)}.")
    elif signed.status == HTTPStatus.UNAUTHORIZED:
        yield wrong(
            f"{endpoint.path} refuses our own signature: the web process has another secret than this one, or a proxy "
            "changes headers or body."
        )
    else:
        yield wrong(f"{endpoint.path}, signed: {in_words(signed)}")


def _and_refuses(status: int) -> str:
    return " and refuses what is not" if status == HTTPStatus.UNAUTHORIZED else ""
