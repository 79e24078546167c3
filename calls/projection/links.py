"""Whose calls they are: the customer with that number, the assistant with that id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection

from calls.body import unpack
from calls.message import UNDECODABLE, as_object, as_text
from calls.models import Assistant, AssistantSnapshot
from calls.projection.change import Change
from calls.projection.state import CallState
from tickets.models import Customer

# What is not found stays as it was.
_LINK = """
UPDATE calls_call SET customer_id = coalesce(new.customer_id, calls_call.customer_id),
                      assistant_id = coalesce(new.assistant_id, calls_call.assistant_id)
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS new (id, customer_id, assistant_id)
WHERE calls_call.id = new.id
"""
# A name that somebody gave it stays.
_NAME = """
INSERT INTO calls_assistant (vapi_id, name, answers_unassigned_numbers)
SELECT vapi_id, name, false FROM unnest(%s::text[], %s::text[]) AS new (vapi_id, name)
ON CONFLICT (vapi_id) DO UPDATE SET name = excluded.name WHERE calls_assistant.name = ''
"""


def link_parties(changes: Sequence[Change]) -> None:
    """Only when the events name somebody new: a link made by hand stays."""
    numbers = {
        one.call: one.shown.customer_number for one in changes if one.shown.customer_number != one.known.customer_number
    }
    parties = {one.call: one.shown for one in changes if _assistant_key(one.shown) != _assistant_key(one.known)}
    customers, assistants = _customers(numbers), _assistants(parties)
    if linked := sorted(customers.keys() | assistants.keys()):
        columns: list[Any] = [
            linked,
            [customers.get(call) for call in linked],
            [assistants.get(call) for call in linked],
        ]
        with connection.cursor() as cursor:
            cursor.execute(_LINK, columns)


def _customers(numbers: Mapping[int, str]) -> dict[int, int]:
    """By call. Several may share a number; then nobody is named."""
    wanted = {number for number in numbers.values() if number}
    found = list(Customer.objects.filter(phone__in=wanted).values_list("phone", "pk")) if wanted else []
    sharing = Counter(number for number, _ in found)
    only = {number: customer for number, customer in found if sharing[number] == 1}
    return {call: only[number] for call, number in numbers.items() if number in only}


def _assistant_key(state: CallState) -> tuple[str, str]:
    return state.assistant_id, state.assistant_hash


def _assistants(parties: Mapping[int, CallState]) -> dict[int, int]:
    """By call. Vapi leaves the id out of the call where our answer chose the assistant: its object has it then."""
    named = {row.vapi_id: row.pk for row in _rows(state.assistant_id for state in parties.values()) if row.name}
    found = {call: named[state.assistant_id] for call, state in parties.items() if state.assistant_id in named}
    told = _told({call: state for call, state in parties.items() if call not in found})
    made = _upsert(told.values())
    return found | {call: made[vapi_id] for call, (vapi_id, _) in told.items()}


def _rows(vapi_ids: Iterable[str]) -> Collection[Assistant]:
    wanted = set(vapi_ids) - {""}
    return Assistant.objects.filter(vapi_id__in=wanted).only("vapi_id", "name") if wanted else []


def _told(parties: Mapping[int, CallState]) -> dict[int, tuple[str, str]]:
    """By call the assistant's id and name, as its object and the call's events tell them; none without an id."""
    snapshots = _snapshots({state.assistant_hash for state in parties.values()} - {""})
    told = {call: _identity(state, snapshots.get(state.assistant_hash, {})) for call, state in parties.items()}
    return {call: (vapi_id, name) for call, (vapi_id, name) in told.items() if vapi_id}


def _identity(state: CallState, snapshot: Any) -> tuple[str, str]:
    vapi_id = state.assistant_id or as_text(snapshot.get("id"), 100)
    return vapi_id, as_text(snapshot.get("name"), 200) or state.assistant_name


def _snapshots(hashes: Collection[str]) -> dict[str, Any]:
    if not hashes:
        return {}
    rows = AssistantSnapshot.objects.filter(hash__in=[bytes.fromhex(each) for each in hashes])
    return {bytes(key).hex(): _decoded(body) for key, body in rows.values_list("hash", "body")}


def _decoded(body: bytes | memoryview) -> Any:
    try:
        return as_object(msgspec.json.decode(unpack(body)))
    except UNDECODABLE:
        return {}


def _upsert(told: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Their rows, by Vapi's id. Locked in the order of the ids, and only where there is something to write."""
    names: dict[str, str] = {}
    for vapi_id, name in told:
        names[vapi_id] = names.get(vapi_id) or name
    known = {row.vapi_id: row for row in _rows(names)}
    news = sorted(
        vapi_id for vapi_id, name in names.items() if vapi_id not in known or (name and not known[vapi_id].name)
    )
    if news:
        with connection.cursor() as cursor:
            cursor.execute(_NAME, [news, [names[vapi_id] for vapi_id in news]])
    return {row.vapi_id: row.pk for row in (_rows(names) if news else known.values())}
