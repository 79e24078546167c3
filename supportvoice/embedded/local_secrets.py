"""Secrets that local mode makes for itself."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from pathlib import Path

from supportvoice.embedded import envfile


def fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_KEYS": fernet_key,
    "VAPI_SERVER_SECRET": lambda: secrets.token_urlsafe(32),
    "VAPI_API_KEY": lambda: secrets.token_urlsafe(32),
    "DEMO_PASSWORD": lambda: secrets.token_urlsafe(9),
}


def made_up() -> dict[str, str]:
    return {name: make() for name, make in MAKERS.items()}


def kept(path: Path) -> dict[str, str]:
    """The secrets in `path`; what is missing there is made and added."""
    known = envfile.read(path)
    complete = {**made_up(), **known}
    if complete != known:
        envfile.write(path, complete)
    return complete
