"""Where a call is put through to. Through the DRF view and through the lane."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from calls.models import Assistant, Call, Escalation, TransferDestination
from calls.tests.answers.judged import asked
from calls.tests.conftest import Post

REQUEST = "transfer-destination-request__inbound"
CALL_ID = "0199c1aa-7b1e-7c30-a0d5-3f4b8e9a1001"


@pytest.fixture(autouse=True)
def no_fallback(settings: Any) -> None:
    settings.VAPI_FALLBACK_NUMBER = ""


def destination(name: str, **fields: Any) -> TransferDestination:
    where = {} if "sip_uri" in fields else {"number": "+12025550188"}
    return TransferDestination.objects.create(name=name, **{**where, **fields})


def told(post: Post) -> str:
    """Which destination was named."""
    return str(asked(post, REQUEST)["destination"]["description"])


def test_the_most_particular_destination_is_taken(post: Post) -> None:
    destination("Desk", description="default")
    assert told(post) == "default"
    assistant = Assistant.objects.create(vapi_id="asst-1")
    destination("Billing", description="assistant", when="assistant", assistant=assistant)
    assert told(post) == "assistant"
    destination("Duty manager", description="escalation", when="escalation")
    assert told(post) == "assistant"
    escalation = Escalation.objects.create(call=Call.objects.get_or_create(vapi_id=CALL_ID)[0], reason="asked")
    assert told(post) == "escalation"
    Escalation.objects.filter(pk=escalation.pk).update(state="resolved")
    assert told(post) == "assistant"


def test_another_assistants_destination_is_not_taken(post: Post) -> None:
    destination("Billing", when="assistant", assistant=Assistant.objects.create(vapi_id="asst-2"))
    assert "error" in asked(post, REQUEST)


def test_in_a_squad_the_assistant_that_speaks_counts(post: Post) -> None:
    for name in ("asst-1", "asst-2"):
        one = Assistant.objects.create(vapi_id=name)
        destination(name, description=name, when="assistant", assistant=one)
    assert asked(post, REQUEST, assistant={"id": "asst-2"})["destination"]["description"] == "asst-2"


def test_a_number_with_an_announcement(post: Post) -> None:
    destination("Desk", announcement="One moment, please.")
    assert asked(post, REQUEST) == {
        "destination": {"type": "number", "number": "+12025550188"},
        "message": {"type": "request-start", "content": "One moment, please."},
    }


def test_a_sip_address(post: Post) -> None:
    destination("Desk", sip_uri="sip:desk@pbx.example.com")
    assert asked(post, REQUEST) == {"destination": {"type": "sip", "sipUri": "sip:desk@pbx.example.com"}}


def test_the_fallback_number_is_the_last_resort(post: Post, settings: Any) -> None:
    settings.VAPI_FALLBACK_NUMBER = "+12025550100"
    assert asked(post, REQUEST) == {"destination": {"type": "number", "number": "+12025550100"}}
    assert not Escalation.objects.exists()


def test_with_nowhere_to_go_a_person_is_asked_to_call_back(post: Post) -> None:
    for _ in range(2):
        reply = asked(post, REQUEST)
    assert reply == {"error": "I cannot put you through right now. A person has been asked to get in touch with you."}
    escalation = Escalation.objects.get()
    assert escalation.call is not None
    assert (escalation.call.vapi_id, escalation.times_asked) == (CALL_ID, 2)
    assert "no transfer destination is set" in escalation.reason


def test_there_is_one_destination_a_case(db: None) -> None:
    destination("Desk")
    with pytest.raises(IntegrityError), transaction.atomic():
        destination("Other desk")
    for wrong in ({"when": "assistant"}, {"when": "escalation", "number": "1234"}, {"when": "whenever"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            destination("Wrong", **wrong)


@pytest.mark.parametrize("fields", [{}, {"number": "+12025550188", "sip_uri": "sip:a@b.com"}, {"sip_uri": "a@b.com"}])
def test_the_admin_says_what_is_wrong_with_a_destination(db: None, fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="Write either a number"):
        TransferDestination(name="Wrong", **fields).full_clean()
