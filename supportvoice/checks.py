"""System checks with ids: what would make an installation unsafe or useless is an error before it starts."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def check_webhook_secret(**_: Any) -> list[CheckMessage]:
    if settings.VAPI_SERVER_SECRETS or settings.VAPI_HMAC_SECRETS or settings.WEBHOOK_ENDPOINTS:
        return []
    hint = "Set VAPI_SERVER_SECRET (or VAPI_HMAC_SECRET for Vapi's HMAC credential) to what Vapi signs with."
    return [Error("No webhook secret is set: every delivery would be refused.", hint=hint, id="supportvoice.E001")]


@register(Tags.security)
def check_field_keys(**_: Any) -> list[CheckMessage]:
    hint = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
    if not settings.FIELD_KEYS:
        return [Error("FIELD_KEYS is not set: secrets at rest need a key.", hint=hint, id="supportvoice.E002")]
    for position, key in enumerate(settings.FIELD_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            message = f"FIELD_KEYS: key {position} is not a Fernet key (32 bytes, URL-safe base64)."
            return [Error(message, hint=hint, id="supportvoice.E003")]
    return []


@register(Tags.database)
def check_database_is_postgresql(**_: Any) -> list[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        return []
    hint = "DATABASE_URL=postgres://user:password@host:5432/name"
    return [Error("SupportVoice runs on PostgreSQL only.", hint=hint, id="supportvoice.E004")]
