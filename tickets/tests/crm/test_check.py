"""`manage.py crm check` in plain words, and the checks before the start."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sandbox.crm import zendesk as stand_in
from sandbox.crm.server import running
from supportvoice.encryption import seal
from tickets.checks import check_crm
from tickets.crm import connections
from tickets.models import CrmSettings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(settings: Any) -> Iterator[None]:
    settings.CRM, settings.CRM_VARIABLES = "", {}
    connections.forget()
    yield
    connections.forget()


def said(*arguments: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("crm", "check", *arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(str(ended.code))
    return out.getvalue(), 0


def zendesk(url: str, token: str = stand_in.TOKEN) -> dict[str, str]:
    return {"ZENDESK_URL": url, "ZENDESK_EMAIL": stand_in.EMAIL, "ZENDESK_TOKEN": token}


def test_tickets_kept_here_work() -> None:
    text, code = said()
    assert code == 0
    assert "Tickets kept here (active)" in text


def test_a_crm_that_works(settings: Any) -> None:
    with running() as url:
        settings.CRM, settings.CRM_VARIABLES = "zendesk", zendesk(f"{url}/zendesk")
        text, code = said()
    assert code == 0, text
    assert "Signed in as Desk (agent)." in text
    assert stand_in.TOKEN not in text


def test_a_wrong_key_and_an_address_without_anybody(settings: Any) -> None:
    with running() as url:
        settings.CRM_VARIABLES = zendesk(f"{url}/zendesk", "wrong")
        text, code = said("zendesk")
        assert code == 1
        assert "does not take the key" in text
    connections.forget()
    settings.CRM_VARIABLES = zendesk("http://127.0.0.1:1")
    text, code = said("zendesk")
    assert code == 1
    assert "No connection" in text


def test_what_is_not_set_is_named(settings: Any) -> None:
    text, code = said("request-tracker")
    assert code == 1
    assert "RT_TOKEN" in text
    with pytest.raises(CommandError, match="There are: local, zendesk"):
        said("salesforce")


def test_the_admins_row_is_used_and_the_environment_decides_over_it(settings: Any) -> None:
    secret = seal(stand_in.TOKEN)
    CrmSettings.objects.create(
        name="zendesk", active=True, url="https://row.example", account="a@b.example", secret=secret
    )
    assert connections.active().name == "zendesk"
    assert connections.active().given["url"] == "https://row.example"
    assert connections.active().given["secret"] == stand_in.TOKEN
    settings.CRM_VARIABLES = zendesk("https://environment.example")
    connections.forget()
    assert connections.active().given["url"] == "https://environment.example"
    settings.CRM = "local"
    connections.forget()
    assert connections.active().is_local


@pytest.mark.parametrize(
    ("name", "variables", "found"),
    [
        ("", {}, []),
        ("local", {}, []),
        ("salesforce", {}, ["tickets.E001"]),
        ("zendesk", {}, []),
        ("zendesk", {"ZENDESK_URL": "https://x.zendesk.com"}, ["tickets.E002", "tickets.E002"]),
        ("zendesk", zendesk("http://x.zendesk.com"), ["tickets.E003"]),
        ("zendesk", zendesk("https://x.zendesk.com"), []),
    ],
)
def test_half_a_setting_is_an_error(settings: Any, name: str, variables: dict[str, str], found: list[str]) -> None:
    settings.CRM, settings.CRM_VARIABLES = name, variables
    assert [message.id for message in check_crm()] == found
