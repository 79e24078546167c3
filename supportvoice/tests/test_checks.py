"""What would make an installation unsafe is an error before it starts."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks

from supportvoice.encryption import seal, unseal


def ids() -> set[str]:
    return {str(message.id) for message in run_checks() if str(message.id).startswith(("supportvoice", "calls"))}


@pytest.fixture(autouse=True)
def sound(settings: Any) -> None:
    settings.VAPI_SERVER_SECRETS, settings.FIELD_KEYS = ["s"], [Fernet.generate_key().decode()]


def test_a_sound_installation_has_nothing_to_say() -> None:
    assert ids() == set()


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("VAPI_SERVER_SECRETS", [], "supportvoice.E001"),
        ("FIELD_KEYS", [], "supportvoice.E002"),
        ("FIELD_KEYS", ["short"], "supportvoice.E003"),
        ("DISCLOSURE_POLICY", {"*": "everybody"}, "calls.E001"),
    ],
)
def test_each_flaw_is_named(settings: Any, name: str, value: Any, found: str) -> None:
    setattr(settings, name, value)
    assert ids() == {found}


def test_vapis_hmac_alone_is_enough(settings: Any) -> None:
    settings.VAPI_SERVER_SECRETS, settings.VAPI_HMAC_SECRETS = [], ["s"]
    assert ids() == set()


def test_sealed_secrets_outlive_a_rotation_of_the_keys(settings: Any) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.FIELD_KEYS = [old]
    sealed = seal("https://control.example")
    settings.FIELD_KEYS = [new, old]
    assert unseal(sealed) == "https://control.example"
