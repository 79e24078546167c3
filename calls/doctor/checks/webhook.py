"""Can Vapi reach us? Asked the way it asks: the public name, HTTPS, a certificate that holds, no redirect."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import httpx

from calls.doctor import own_address
from calls.doctor.account import Account
from calls.doctor.own_address import UnreachableError, harmless_message, in_words, post
from calls.doctor.said import Said, note, well, wrong
from calls.intake.endpoints import MAIN_PATH
from supportvoice.outgoing import is_loopback

LATE_DAYS, SOON_DAYS = 7, 21
# With any of these it is our own intake that answers.
OURS = (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED)


def webhook(_: Account) -> Iterator[Said]:
    url = own_address.address(MAIN_PATH)
    if url.scheme != "https" and not is_loopback(url.host):
        yield wrong(f"PUBLIC_URL begins with {url.scheme}://: what callers say would travel in clear. Use https://.")
        return
    try:
        answered = post(url, harmless_message(), {})
    except UnreachableError as error:
        yield wrong(str(error))
        return
    yield _reached(url, answered)
    if answered.days_left is None:
        yield note(f"{url.host} is asked without HTTPS: for local mode only.")
    else:
        yield _certificate(answered.days_left)


def _reached(url: httpx.URL, answered: own_address.Answered) -> Said:
    if answered.status in OURS:
        return well(f"{url} is reached from this machine. Whether Vapi's network reaches it shows in what comes below.")
    return wrong(f"{url}: {in_words(answered)}")


def _certificate(days: int) -> Said:
    if days < LATE_DAYS:
        return wrong(f"The certificate ends in {days} days. Renew it: nothing of Vapi's arrives afterwards.")
    if days < SOON_DAYS:
        return note(f"The certificate ends in {days} days, and should have been renewed by now.")
    return well(f"The certificate holds for {days} days more.")
