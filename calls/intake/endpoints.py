"""The webhook's addresses and the one scheme each accepts: `/webhook/vapi`, and `/webhook/vapi/<name>` for each named.

Made from the settings once, and again only where settings are overridden (in tests). What makes no sense stays closed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings
from django.core.checks import CheckMessage, Error

from calls.intake.schemes import FlawError, convert_options, make_scheme
from calls.intake.signature import Closed, Scheme

MAIN = ""
MAIN_PATH = "/webhook/vapi"
NAMED = "WEBHOOK_ENDPOINTS"
NAME = "[a-z0-9][a-z0-9_-]{0,63}"

HMAC_OPTIONS = {
    "VAPI_HMAC_SECRET": "secrets",
    "VAPI_HMAC_ALGORITHM": "algorithm",
    "VAPI_HMAC_SIGNATURE_HEADER": "signature_header",
    "VAPI_HMAC_TIMESTAMP_HEADER": "timestamp_header",
    "VAPI_HMAC_PREFIX": "prefix",
    "VAPI_HMAC_INCLUDE_TIMESTAMP": "include_timestamp",
    "VAPI_HMAC_PAYLOAD_FORMAT": "payload_format",
    "VAPI_HMAC_MESSAGE_ID_HEADER": "message_id_header",
    "VAPI_HMAC_ENCODING": "encoding",
    "VAPI_HMAC_SECRET_IS_BASE64": "secret_is_base64",
    "VAPI_HMAC_TOLERANCE_S": "tolerance_s",
    "VAPI_HMAC_URL": "url",
}
BEARER_OPTIONS = {"VAPI_SERVER_SECRET": "secrets", "VAPI_BEARER_HEADER": "header", "VAPI_BEARER_PREFIX": "prefix"}
SECRET_OPTIONS = {"VAPI_SERVER_SECRET": "secrets"}

# A variable that holds a list has a setting of another name.
_SETTING = {"VAPI_HMAC_SECRET": "VAPI_HMAC_SECRETS", "VAPI_SERVER_SECRET": "VAPI_SERVER_SECRETS"}
_VARIABLES = (*HMAC_OPTIONS, *BEARER_OPTIONS, NAMED)
_read_all = operator.attrgetter(*(_SETTING.get(name, name) for name in _VARIABLES))
_NAMED_PATH = re.compile(rf"{MAIN_PATH}/({NAME})/?")
_PLAIN_PATHS = frozenset({"/webhook", "/webhook/", MAIN_PATH, f"{MAIN_PATH}/"})


@dataclass(frozen=True, slots=True)
class Flaw:
    """A variable that is wrong, and how."""

    variable: str
    text: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    name: str
    scheme: Scheme
    flaw: Flaw | None = None

    @property
    def path(self) -> str:
        return f"{MAIN_PATH}/{self.name}" if self.name else MAIN_PATH


@dataclass(frozen=True, slots=True)
class Endpoints:
    by_name: dict[str, Endpoint]
    flaws: tuple[Flaw, ...]


class _Latest:
    """What these settings made. Comparing their values at each delivery would cost as much as the signature."""

    read_from: object = None
    made = Endpoints({}, ())


def _these_settings() -> object:
    """Past the lazy object's own Python, which takes longer than the rest of the look-up."""
    return object.__getattribute__(settings, "_wrapped")


def endpoints() -> Endpoints:
    if _these_settings() is not _Latest.read_from:
        _Latest.made = _make(dict(zip(_VARIABLES, _read_all(settings), strict=True)))
        _Latest.read_from = _these_settings()
    return _Latest.made


def scheme_of(name: str) -> Scheme | None:
    endpoint = endpoints().by_name.get(name)
    return endpoint.scheme if endpoint else None


def name_in(path: str) -> str | None:
    """The endpoint an address means; None where the address is not the webhook's. Says nothing of its existence."""
    if path in _PLAIN_PATHS:
        return MAIN
    found = _NAMED_PATH.fullmatch(path)
    return found[1] if found else None


def check_endpoints(**_: Any) -> list[CheckMessage]:
    return [Error(f"{flaw.variable}: {flaw.text}.", id=f"calls.{flaw.variable}") for flaw in endpoints().flaws]


def _make(values: dict[str, Any]) -> Endpoints:
    try:
        named = msgspec.json.decode(values[NAMED] or "{}", type=dict[str, dict[str, Any]], strict=True)
        unread: tuple[Flaw, ...] = ()
    except (msgspec.MsgspecError, RecursionError, ValueError):
        named, unread = {}, (Flaw(NAMED, 'must be a JSON object of the form {"name": {"scheme": …, "secrets": […]}}'),)
    made = [_main(values), *_named(named)]
    flaws = [endpoint.flaw for endpoint in made if endpoint.flaw]
    return Endpoints({endpoint.name: endpoint for endpoint in made}, (*flaws, *unread))


def _main(values: dict[str, Any]) -> Endpoint:
    """Vapi's HMAC where it is set up, else a named header, else the shared secret. No secret accepts nothing."""
    if values["VAPI_HMAC_SECRET"]:
        scheme, variables = "hmac", HMAC_OPTIONS
    elif values["VAPI_BEARER_HEADER"]:
        scheme, variables = "bearer", BEARER_OPTIONS
    else:
        scheme, variables = "secret", SECRET_OPTIONS
    if not values[next(iter(variables))]:
        return Endpoint(MAIN, Closed())
    options = {option: values[variable] for variable, option in variables.items()}
    try:
        return Endpoint(MAIN, make_scheme(convert_options({"scheme": scheme, **options}, strict=False)))
    except FlawError as error:
        variable = next((name for name, option in variables.items() if option == error.option), next(iter(variables)))
        return Endpoint(MAIN, Closed(), Flaw(variable, error.text))


def _named(described: dict[str, dict[str, Any]]) -> Iterator[Endpoint]:
    for name, options in described.items():
        try:
            if not re.fullmatch(NAME, name):
                raise FlawError("", f"a name has lower-case letters, digits, - and _, not {name!r}")
            yield Endpoint(name, make_scheme(convert_options(options, strict=True)))
        except FlawError as error:
            where = ".".join(part for part in (name, error.option) if part)
            yield Endpoint(name, Closed(), Flaw(NAMED, f"{where}: {error.text}"))
