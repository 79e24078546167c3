"""What one CRM does and another does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tickets.crm import errors
from tickets.crm.interface import Change, NewTicket
from tickets.crm.needs import Given
from tickets.crm.spellings import may_be_same, spellings
from tickets.crm.spoken import SENTENCES, sentence_for
from tickets.crm.zendesk import Zendesk
from tickets.tests.crm import far_ends
from tickets.tests.crm.far_ends import ADA, FarEnd

SOON_S = 10.0
KEY = "a1" * 32


@pytest.fixture
def zendesk(tmp_path: Path) -> Iterator[FarEnd]:
    with far_ends.zendesk(tmp_path) as found:
        yield found


@pytest.fixture
def rt(tmp_path: Path) -> Iterator[FarEnd]:
    with far_ends.request_tracker_stand_in(tmp_path) as found:
        yield found


def test_zendesks_search_lags_and_its_key_does_not(zendesk: FarEnd) -> None:
    assert zendesk.knobs
    zendesk.knobs(search_lag_s=60)
    first = zendesk.adapter.create(NewTicket("Cold", "Very"), key=KEY, timeout_s=SOON_S)
    assert zendesk.adapter.find_written("create", "", key=KEY, timeout_s=SOON_S) is None
    assert zendesk.adapter.create(NewTicket("Cold", "Very"), key=KEY, timeout_s=SOON_S).number == first.number
    capabilities = zendesk.adapter.capabilities
    assert capabilities.search_lag_s["create"] < capabilities.key_lasts_s < 7_200


def test_zendesks_closed_tickets_take_nothing(zendesk: FarEnd) -> None:
    zendesk.person("Ada", "ada@example.com", ADA)
    number = zendesk.ticket("ada@example.com", "Cold", "closed")
    with pytest.raises(errors.ClosedError):
        zendesk.adapter.add_note(number, "x", public=False, key=KEY, timeout_s=SOON_S)


def test_zendesks_limit_of_updates_says_when_to_come_back(zendesk: FarEnd) -> None:
    number = zendesk.adapter.create(NewTicket("Cold", "Very"), key=KEY, timeout_s=SOON_S).number
    for position in range(30):
        zendesk.adapter.add_note(number, "x", public=False, key=f"{position:064}", timeout_s=SOON_S)
    with pytest.raises(errors.ThrottledError) as raised:
        zendesk.adapter.add_note(number, "x", public=False, key=KEY, timeout_s=SOON_S)
    assert raised.value.retry_after_s == 60


def test_zendesks_search_by_part_of_a_number_names_nobody_else(zendesk: FarEnd) -> None:
    zendesk.person("Stranger", "s@example.com", "+33700900018")
    assert zendesk.adapter.find_open_by_contact(phone=ADA, timeout_s=SOON_S).contacts == ()


def test_a_wrong_key_is_refused(zendesk: FarEnd) -> None:
    assert isinstance(zendesk.adapter, Zendesk)
    url = str(zendesk.adapter._http._client.base_url).removesuffix("/api/v2/")
    wrong = Zendesk(Given({"url": url, "account": "x@example.com", "secret": "wrong"}))
    with pytest.raises(errors.KeyRefusedError):
        wrong.health(timeout_s=SOON_S)


@pytest.mark.parametrize("url", ["http://zendesk.example", "https://", "ftp://x", "zendesk.example"])
def test_an_address_that_is_not_https_is_not_asked(url: str) -> None:
    with pytest.raises(errors.NotSetUpError):
        Zendesk(Given({"url": url, "account": "a@example.com", "secret": "x"}))


def test_what_is_missing_is_named_by_its_variable() -> None:
    with pytest.raises(errors.NotSetUpError, match="ZENDESK_TOKEN"):
        Zendesk(Given({"url": "https://x.zendesk.com", "account": "a@example.com"}))


def test_rts_refusal_in_a_200_is_seen(rt: FarEnd) -> None:
    """A status that its lifecycle does not have: HTTP says 200, the ticket says no."""
    number = rt.adapter.create(NewTicket("Cold", "Very"), key=KEY, timeout_s=SOON_S).number
    after = rt.adapter.update(number, Change(status="on-hold"), key=KEY, timeout_s=SOON_S)
    assert after.status == "new"
    assert "on-hold" not in rt.adapter.capabilities.settable_statuses


def test_rts_merged_ticket_is_read_under_its_new_number(rt: FarEnd) -> None:
    rt.person("Ada", "ada@example.com", ADA)
    one, other = rt.ticket("ada@example.com", "Cold", "open"), rt.ticket("ada@example.com", "Cold too", "open")
    adapter = rt.adapter
    import httpx

    base = str(adapter._http._client.base_url).removesuffix("/REST/2.0/")  # type: ignore[attr-defined]
    httpx.post(f"{base}/_plant", json={"merge": [other, one]}, trust_env=False)
    found = adapter.find_by_number(other, timeout_s=SOON_S)
    assert found is not None
    assert found.number == one


def test_rts_priorities_come_as_words_and_as_numbers(rt: FarEnd) -> None:
    rt.person("Ada", "ada@example.com", ADA)
    number = rt.ticket("ada@example.com", "Cold", "open")
    found = rt.adapter.find_by_number(number, timeout_s=SOON_S)
    assert found is not None
    assert (found.priority, found.crm_priority) == ("low", "0")


def test_a_status_nobody_knows_stays_open_and_keeps_its_name(rt: FarEnd) -> None:
    rt.person("Ada", "ada@example.com", ADA)
    number = rt.ticket("ada@example.com", "Cold", "waiting-for-parts")
    found = rt.adapter.find_by_number(number, timeout_s=SOON_S)
    assert found is not None
    assert (found.status, found.crm_status) == ("open", "waiting-for-parts")


@pytest.mark.parametrize("kind", [kind for kind in vars(errors).values() if isinstance(kind, type)])
def test_every_error_has_a_sentence_and_none_has_the_answers_text(kind: type[errors.CrmError]) -> None:
    error = kind("canary-7f3a")
    assert "canary" not in sentence_for(error)
    assert sentence_for(error) in {sentence for _, sentence in SENTENCES}


@pytest.mark.parametrize(
    ("written", "is_same"),
    [
        ("+447700900018", True),
        ("0044 7700 900018", True),
        ("07700 900018", True),
        ("(07700) 900-018", True),
        ("7700900018", True),
        ("+33700900018", False),
        ("07700 900019", False),
        ("900018", False),
        ("", False),
    ],
)
def test_how_a_number_may_be_written(written: str, is_same: bool) -> None:
    assert may_be_same(ADA, [written]) is is_same


def test_a_number_is_looked_for_as_people_write_it() -> None:
    assert spellings(ADA) == ["700900018", "07700 900018", "+44 7700 900018"]
    assert spellings("") == []
