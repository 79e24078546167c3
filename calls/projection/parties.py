"""Who is on the line. `message.call` is a snapshot of the call's creation: nothing that changes is read from it."""

from __future__ import annotations

from typing import Any

from calls.message import as_list, as_object, as_text, stamp_ms
from calls.projection.message import StoredMessage
from calls.projection.state import CallState
from calls.projection.values import phone_number


def note_parties(state: CallState, message: StoredMessage) -> None:
    """The first event that names something names it for good."""
    call = message.object("call")
    customer = as_object(call.get("customer")) or message.object("customer")
    state.kind = state.kind or as_text(call.get("type"), 40)
    if state.created_ms is None:
        state.created_ms = stamp_ms(call.get("createdAt"))
    state.customer_name = state.customer_name or as_text(customer.get("name"), 200)
    state.customer_number = state.customer_number or _number(customer)
    state.our_number = state.our_number or _number(call.get("phoneNumber")) or _number(message.get("phoneNumber"))
    first_id, first_name = _first_of_squad(call)
    state.assistant_id = state.assistant_id or as_text(call.get("assistantId"), 100) or first_id
    state.assistant_name = state.assistant_name or first_name
    state.assistant_version = state.assistant_version or _version(call, message)
    state.assistant_hash = state.assistant_hash or message.assistant_hash


def _first_of_squad(call: Any) -> tuple[str, str]:
    """A squad's calls name no assistant but its members, saved ones or whole ones; the first one answers."""
    members = as_list(as_object(call.get("squad")).get("members"))
    member = as_object(members[0]) if members else {}
    assistant = as_object(member.get("assistant"))
    vapi_id = as_text(member.get("assistantId"), 100) or as_text(assistant.get("id"), 100)
    return vapi_id, as_text(assistant.get("name"), 200)


def _number(party: Any) -> str:
    text = as_text(as_object(party).get("number"), 200).strip()
    return phone_number(text) if text else ""


def _version(call: Any, message: StoredMessage) -> str:
    return as_text(call.get("assistantVersion"), 40) or message.text("assistantVersion", 40)
