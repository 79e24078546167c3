"""The environment every process of the demo shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from supportvoice.embedded import envfile, local_secrets
from supportvoice.embedded.servers import SERVERS, is_own

DEFAULTS = {"LOCAL_MODE": "1", "PORT": "8000", "DISCLOSURE_POLICY": "*=ticket-number"}
SHARED = {"ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DEBUG", "LOG_LEVEL", "WEBHOOK_SECRET"}


def given_servers(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Servers the person named. The URL of one of our own is a killed demo's, still in its file."""
    named = {name: environ.get(name, "") for name in SERVERS}
    return {name: url for name, url in named.items() if url and not is_own(folder, name, url)}


def demo_environment(secrets_file: Path, urls: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    secrets = local_secrets.kept(secrets_file)
    if environ.get("WEBHOOK_SECRET"):
        secrets.pop("VAPI_SERVER_SECRET")  # its alias is set: ours would hide it
    given = {**secrets, **DEFAULTS, **environ}
    stand_in = {"VAPI_API_URL": environ.get("VAPI_API_URL") or f"http://127.0.0.1:{given['PORT']}/sandbox/vapi"}
    return {**given, **stand_in, **urls, "LOCAL_MODE": "1", "PYTHONUNBUFFERED": "1"}


@contextmanager
def published(path: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """While the block runs, `manage.py` beside the demo reads what it needs from this file."""
    names = {*local_secrets.MAKERS, *DEFAULTS, *SERVERS, *SHARED}
    shared = {k: v for k, v in environment.items() if k in names or k.startswith("VAPI_")}
    envfile.write(path, shared)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
