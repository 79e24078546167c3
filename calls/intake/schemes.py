"""The options of each signature scheme, as settings write them, and the scheme they make.

Their defaults are Vapi's. Errors name the option and never a secret.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from calls.intake.payload_format import BODY, MESSAGE_ID, TIMESTAMP, URL, read_format, unknown_tokens
from calls.intake.signature import Bearer, Hmac, Scheme, SharedSecret

# No underscore: servers in between drop such headers or read them as dashes.
HeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,100}\Z")]
NoOrHeaderName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{0,100}\Z")]
Secrets = Annotated[tuple[Annotated[str, Meta(min_length=1)], ...], Meta(min_length=1)]
NOT_A_WORD = "may have letters, digits and dashes"
STANDARD_WEBHOOKS_SECRET = "whsec_"  # noqa: S105  how such a secret begins, before its base64


class FlawError(Exception):
    """A setting that makes no sense: which option, and what is wrong with it."""

    def __init__(self, option: str, text: str) -> None:
        super().__init__(f"{option}: {text}")
        self.option, self.text = option, text


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="scheme"):
    secrets: Secrets


class HmacOptions(Options, frozen=True, tag="hmac"):
    algorithm: Literal["sha256", "sha512", "sha1"] = "sha256"
    signature_header: HeaderName = "x-signature"
    timestamp_header: HeaderName = "x-timestamp"
    prefix: str = ""
    include_timestamp: bool = True
    payload_format: str = ""
    message_id_header: NoOrHeaderName = ""
    encoding: Literal["hex", "base64"] = "hex"
    secret_is_base64: bool = False
    tolerance_s: Annotated[int, Meta(ge=1, le=86_400)] = 300
    url: str = ""


class BearerOptions(Options, frozen=True, tag="bearer"):
    header: HeaderName = "authorization"
    prefix: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]*\Z")] = "Bearer"


class SecretOptions(Options, frozen=True, tag="secret"):
    pass


AnyOptions = HmacOptions | BearerOptions | SecretOptions


def make_scheme(options: AnyOptions) -> Scheme:
    """Raises FlawError."""
    match options:
        case HmacOptions():
            return _hmac(options)
        case BearerOptions():
            return Bearer(_as_bytes(options.secrets), options.header.lower(), options.prefix)
        case SecretOptions():
            return SharedSecret(_as_bytes(options.secrets))


def convert_options(values: Mapping[str, Any], *, strict: bool) -> AnyOptions:
    """Raises FlawError. Not strict: values are text, as they are in the environment."""
    try:
        options: AnyOptions = msgspec.convert(values, AnyOptions, strict=strict)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$.")
        text = NOT_A_WORD if "matching regex" in text else text
        raise FlawError(path.partition("[")[0].rstrip("`"), text) from None
    return options


def _hmac(options: HmacOptions) -> Hmac:
    text = options.payload_format or (f"{TIMESTAMP}.{BODY}" if options.include_timestamp else BODY)
    _check_format(text, options)
    return Hmac(
        secrets=_keys(options),
        algorithm=options.algorithm,
        signature_header=options.signature_header.lower(),
        timestamp_header=options.timestamp_header.lower(),
        message_id_header=options.message_id_header.lower(),
        prefix=options.prefix.encode(),
        payload=read_format(text, options.url),
        encoding=options.encoding,
        tolerance_s=options.tolerance_s,
    )


def _check_format(text: str, options: HmacOptions) -> None:
    if unknown := unknown_tokens(text):
        raise FlawError("payload_format", f"{unknown[0]} is no token of Vapi's")
    if BODY not in text:
        raise FlawError("payload_format", f"without {BODY} the signature says nothing about what came")
    if MESSAGE_ID in text and not options.message_id_header:
        raise FlawError("message_id_header", f"the payload format has {MESSAGE_ID}, so name the header it comes in")
    if URL in text and not options.url:
        raise FlawError("url", f"the payload format has {URL}, so give the address exactly as Vapi has it")
    if (TIMESTAMP in text) != options.include_timestamp:
        how = "has none: replays would go unnoticed; say so with 0" if options.include_timestamp else "has one"
        raise FlawError("include_timestamp", f"contradicts the payload format, which {how}")


def _keys(options: HmacOptions) -> tuple[bytes, ...]:
    if not options.secret_is_base64:
        return _as_bytes(options.secrets)
    try:
        keys = tuple(_from_base64(secret) for secret in options.secrets)
    except (binascii.Error, ValueError):
        keys = (b"",)
    if not all(keys):
        raise FlawError("secret_is_base64", "a secret is not base64")
    return keys


def _from_base64(secret: str) -> bytes:
    text = secret.removeprefix(STANDARD_WEBHOOKS_SECRET).translate(str.maketrans("-_", "+/")).rstrip("=")
    return binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)


def _as_bytes(secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(secret.encode() for secret in secrets)
