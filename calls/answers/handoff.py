"""Which assistant takes over, where the agent hands the call on by name.

Source: ServerMessageResponseHandoffDestinationRequest and HandoffDestinationAssistant in Vapi's OpenAPI document. The
schema requires a destination even beside an error; an empty one cancels the hand-off.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from calls.message import Message, as_text
from calls.models import Assistant

# A dynamic hand-off tool's parameters are the account's own; these names are looked for first.
NAMES = ("assistantId", "assistantName", "assistant", "destination", "name", "department")
MOST_NAMED = 10


def answer_handoff_request(message: Message) -> dict[str, Any]:
    asked_for = requested_name(message.object("parameters"))
    if not asked_for:
        return no_handoff(f"Name the assistant to hand over to. {_known()}")
    found = list(Assistant.objects.filter(Q(vapi_id=asked_for) | Q(name__iexact=asked_for))[:2])
    if len(found) != 1:
        which = "There is no assistant" if not found else "There are several assistants"
        return no_handoff(f"{which} named {asked_for}. {_known()}")
    return {"destination": {"type": "assistant", "assistantId": found[0].vapi_id}}


def no_handoff(sentence: str) -> dict[str, Any]:
    return {"destination": {}, "error": sentence}


def requested_name(parameters: Mapping[str, Any]) -> str:
    """The first of NAMES that holds text; else the only text there is."""
    texts = {key: words for key, value in parameters.items() if (words := " ".join(as_text(value, 200).split()))}
    named = next((texts[name] for name in NAMES if name in texts), "")
    return named or (next(iter(texts.values())) if len(texts) == 1 else "")


def _known() -> str:
    names = Assistant.objects.exclude(name="").order_by("name").values_list("name", flat=True)[:MOST_NAMED]
    return f"There are: {', '.join(names)}." if names else "None is known here."
