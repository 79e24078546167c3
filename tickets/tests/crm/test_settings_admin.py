"""CRM settings in the admin: a secret goes in and never comes out, one CRM is active, the environment decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sandbox.crm import zendesk as stand_in
from sandbox.crm.server import running
from supportvoice.encryption import unseal
from tickets.crm import connections
from tickets.models import CrmSettings

pytestmark = pytest.mark.django_db
LIST = "admin:tickets_crmsettings_changelist"
FIELDS = {"url": "https://acme.zendesk.com", "account": "desk@acme.com", "secret": "s3cret-token", "group": "77"}


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    connections.forget()
    yield
    connections.forget()


def page(name: str) -> str:
    return reverse("admin:tickets_crmsettings_change", args=[name])


def save(client: Client, name: str = "zendesk", **fields: str) -> Any:
    return client.post(page(name), fields)


@pytest.fixture
def zendesk(admin_client: Client) -> CrmSettings:
    answer = admin_client.post(reverse("admin:tickets_crmsettings_add"), {"name": "zendesk"})
    assert answer.headers["location"] == page("zendesk")
    return CrmSettings.objects.get()


def test_a_secret_goes_in_sealed_and_never_comes_out(admin_client: Client, zendesk: CrmSettings) -> None:
    assert save(admin_client, active="on", **FIELDS).status_code == 302
    zendesk.refresh_from_db()
    assert b"s3cret" not in bytes(zendesk.secret or b"")
    assert unseal(zendesk.secret or b"") == "s3cret-token"
    assert (zendesk.options, zendesk.changed_by) == ({"group": "77"}, zendesk.changed_by)
    assert zendesk.changed_by is not None
    html = admin_client.get(page("zendesk")).content.decode()
    assert "s3cret" not in html
    assert "https://acme.zendesk.com" in html
    assert connections.active().name == "zendesk"


def test_an_empty_secret_keeps_the_one_that_is_there(admin_client: Client, zendesk: CrmSettings) -> None:
    save(admin_client, **FIELDS)
    assert save(admin_client, active="on", **FIELDS | {"secret": "", "group": ""}).status_code == 302
    zendesk.refresh_from_db()
    assert unseal(zendesk.secret or b"") == "s3cret-token"
    assert zendesk.active


def test_an_active_one_needs_everything(admin_client: Client, zendesk: CrmSettings) -> None:
    html = save(admin_client, active="on", url=FIELDS["url"]).content.decode()
    assert html.count("Without it Zendesk cannot be worked with.") == 2
    zendesk.refresh_from_db()
    assert not zendesk.active


@pytest.mark.parametrize("url", ["http://acme.zendesk.com", "ftp://acme.zendesk.com", "acme", "https://[bad"])
def test_an_address_that_is_not_to_be_asked_is_refused_in_words(
    admin_client: Client, zendesk: CrmSettings, url: str
) -> None:
    assert "Write https:// and a host" in save(admin_client, **FIELDS | {"url": url}).content.decode()


def test_two_active_ones_are_refused_in_words(admin_client: Client, zendesk: CrmSettings) -> None:
    save(admin_client, active="on", **FIELDS)
    CrmSettings.objects.create(name="request-tracker")
    wanted = {"url": "https://rt.acme.com", "secret": "x", "queue": "Support", "active": "on"}
    assert "Another CRM is the active one." in save(admin_client, "request-tracker", **wanted).content.decode()


def test_what_the_environment_says_stands_there_and_cannot_be_changed(
    admin_client: Client, zendesk: CrmSettings, settings: Any
) -> None:
    save(admin_client, **FIELDS | {"url": "https://entered-before.zendesk.com"})
    settings.CRM_VARIABLES = {**settings.CRM_VARIABLES, "ZENDESK_URL": "https://from-env.zendesk.com"}
    html = admin_client.get(page("zendesk")).content.decode()
    assert "The environment decides it." in html
    assert "https://from-env.zendesk.com" in html
    save(admin_client, **FIELDS | {"url": "https://other.zendesk.com"})
    zendesk.refresh_from_db()
    assert zendesk.url == "https://entered-before.zendesk.com"
    assert connections.connection("zendesk").given["url"] == "https://from-env.zendesk.com"


def test_one_that_is_deleted_from_the_list_is_no_longer_asked(admin_client: Client, zendesk: CrmSettings) -> None:
    save(admin_client, active="on", **FIELDS)
    assert connections.active().name == "zendesk"
    chosen = {"action": "delete_selected", "_selected_action": "zendesk", "post": "yes"}
    assert admin_client.post(reverse(LIST), chosen).status_code == 302
    assert connections.active().name == "local"


def test_the_check_says_what_works(admin_client: Client, zendesk: CrmSettings) -> None:
    with running() as url:
        given = {"url": f"{url}/zendesk", "account": stand_in.EMAIL, "secret": stand_in.TOKEN, "group": "77"}
        assert save(admin_client, active="on", **given).status_code == 302
        chosen = {"action": "try_out", "_selected_action": "zendesk"}
        assert "It works." in admin_client.post(reverse(LIST), chosen, follow=True).content.decode()
        save(admin_client, active="on", **given | {"secret": "wrong"})
        assert "DOES NOT WORK" in admin_client.post(reverse(LIST), chosen, follow=True).content.decode()
