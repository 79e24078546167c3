"""Does Vapi take our key, and can we tell Vapi's messages from a stranger's?"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from django.conf import settings

from calls.doctor.account import Account
from calls.doctor.said import Said, unchecked, well, wrong
from calls.intake.endpoints import endpoints
from calls.intake.signature import Closed
from calls.vapi.rest import Rest, RestError


def keys(account: Account) -> Iterator[Said]:
    yield from _api_key(account)
    closed = [one.path for one in endpoints().by_name.values() if isinstance(one.scheme, Closed)]
    if len(closed) == len(endpoints().by_name):
        yield wrong("No webhook secret is set: every message is refused. Set VAPI_SERVER_SECRET or VAPI_HMAC_SECRET.")
    else:
        yield well("A webhook secret is set" + (f", but not for {', '.join(closed)}." if closed else "."))


def _api_key(account: Account) -> Iterator[Said]:
    if not settings.VAPI_API_KEY:
        yield unchecked("VAPI_API_KEY is not set: recordings and agents as files do not work.")
        return
    try:
        account.ask(Rest.clock)
        yield well("Vapi takes the key in VAPI_API_KEY.")
    except RestError as error:
        is_refused = error.status == HTTPStatus.UNAUTHORIZED
        yield wrong(f"{error} An account in the EU has another VAPI_API_URL." if is_refused else str(error))
