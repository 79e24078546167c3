"""Secrets at rest: sealed with FIELD_KEYS. The first key encrypts, every key decrypts, so keys can rotate."""

from __future__ import annotations

from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(plain: str) -> bytes:
    return _box(tuple(settings.FIELD_KEYS)).encrypt(plain.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """Raises cryptography.fernet.InvalidToken where none of FIELD_KEYS made it."""
    return _box(tuple(settings.FIELD_KEYS)).decrypt(bytes(sealed)).decode()
