"""Which assistant takes over. Through the DRF view and through the lane."""

from __future__ import annotations

from typing import Any

import pytest

from calls.answers.handoff import requested_name
from calls.models import Assistant
from calls.tests.answers.judged import asked
from calls.tests.conftest import Post

THERE_ARE = "There are: Billing, Returns, Returns."
REQUEST = "handoff-destination-request__by-name"


@pytest.mark.parametrize("parameters", [{"destination": "bILLing"}, {"assistantId": "asst-7"}, {"team": " Billing "}])
def test_an_assistant_is_found_by_its_name_or_id(post: Post, parameters: dict[str, str]) -> None:
    Assistant.objects.create(vapi_id="asst-7", name="Billing")
    Assistant.objects.create(vapi_id="asst-8", name="Returns")
    reply = asked(post, REQUEST, parameters=parameters)
    assert reply == {"destination": {"type": "assistant", "assistantId": "asst-7"}}


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"destination": "Sales"}, f"There is no assistant named Sales. {THERE_ARE}"),
        (
            {"destination": "returns"},
            "There are several assistants named returns. There are: Billing, Returns, Returns.",
        ),
        ({}, f"Name the assistant to hand over to. {THERE_ARE}"),
        (None, f"Name the assistant to hand over to. {THERE_ARE}"),
    ],
)
def test_a_name_that_names_nobody_cancels_the_handoff(post: Post, parameters: Any, error: str) -> None:
    for vapi_id, name in (("a", "Billing"), ("b", "Returns"), ("c", "Returns")):
        Assistant.objects.create(vapi_id=vapi_id, name=name)
    assert asked(post, REQUEST, parameters=parameters) == {"destination": {}, "error": error}


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"reason": "money", "assistantName": "Billing"}, "Billing"),
        ({"name": "Billing", "assistantId": "asst-7"}, "asst-7"),
        ({"reason": "money", "mood": "angry"}, ""),
        ({"destination": {"name": "Billing"}}, ""),
        ({"destination": 7, "count": 2}, ""),
    ],
)
def test_the_requested_name_is_where_its_key_says_so(parameters: dict[str, Any], name: str) -> None:
    assert requested_name(parameters) == name
