"""Whose call it is: the customer with that number, the assistant with that id."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from calls.message import UNDECODABLE, as_object, as_text
from calls.models import Assistant, AssistantSnapshot, Call
from calls.projection.state import CallState
from tickets.models import Customer


def link_parties(call: int, known: CallState, after: CallState) -> None:
    """Only when the events name somebody new: a link made by hand stays."""
    links: dict[str, int] = {}
    if after.customer_number != known.customer_number and (customer := _customer(after.customer_number)):
        links["customer_id"] = customer
    if _assistant_key(after) != _assistant_key(known) and (assistant := _assistant(after)):
        links["assistant_id"] = assistant
    if links:
        Call.objects.filter(pk=call).update(**links)


def _customer(number: str) -> int | None:
    """Several may share a number; then nobody is named."""
    found = list(Customer.objects.filter(phone=number).values_list("pk", flat=True)[:2]) if number else []
    return found[0] if len(found) == 1 else None


def _assistant_key(state: CallState) -> tuple[str, str]:
    return state.assistant_id, state.assistant_hash


def _assistant(state: CallState) -> int | None:
    """Vapi leaves the id out of the call where our answer chose the assistant; then the assistant object has it."""
    vapi_id = state.assistant_id
    assistant = Assistant.objects.filter(vapi_id=vapi_id).first() if vapi_id else None
    if assistant is not None and assistant.name:
        return assistant.pk
    snapshot = _snapshot(state.assistant_hash)
    vapi_id, name = (
        vapi_id or as_text(snapshot.get("id"), 100),
        as_text(snapshot.get("name"), 200) or state.assistant_name,
    )
    return _upsert(vapi_id, name) if vapi_id else None


def _snapshot(assistant_hash: str) -> Any:
    bodies = AssistantSnapshot.objects.filter(hash=bytes.fromhex(assistant_hash)).values_list("body", flat=True)
    body = bodies.first() if assistant_hash else None
    try:
        return as_object(None if body is None else msgspec.json.decode(zlib.decompress(body)))
    except (*UNDECODABLE, zlib.error):
        return {}


def _upsert(vapi_id: str, name: str) -> int:
    """A name that somebody gave it stays."""
    assistant, made = Assistant.objects.get_or_create(vapi_id=vapi_id, defaults={"name": name})
    if not made and name and not assistant.name:
        Assistant.objects.filter(pk=assistant.pk, name="").update(name=name)
    return assistant.pk
