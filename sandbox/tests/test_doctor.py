"""The doctor asks the stand-in of Vapi over HTTP: key, tools, drift and clock."""

from __future__ import annotations

from typing import Any

import pytest

from calls.doctor.examination import examine
from sandbox.tests.test_assistants import by_hand, root, sync, vapi

__all__ = ["root", "vapi"]

pytestmark = pytest.mark.django_db(transaction=True)


def said(name: str) -> list[tuple[str, str]]:
    (found,) = (one for one in examine() if one.name == name)
    return [(one.state, one.text) for one in found.said]


@pytest.fixture(autouse=True)
def nowhere(settings: Any) -> None:
    settings.PUBLIC_URL = "https://10.0.0.1"


def test_a_key_that_works_is_well(root: Any) -> None:
    assert said("keys")[0] == ("ok", "Vapi takes the key in VAPI_API_KEY.")


def test_tools_and_files_that_are_at_vapi_are_well(root: Any) -> None:
    assert said("tools")[0][0] == "note"
    sync("--apply")
    assert said("tools")[0][0] == "ok"
    assert said("drift") == [("ok", "Everything at Vapi is as its file says.")]


def test_a_change_by_hand_is_drift(root: Any, vapi: Any) -> None:
    sync("--apply")
    by_hand(vapi, firstMessage="Changed in the dashboard")
    [(state, text)] = said("drift")
    assert state == "note" and "assistant support: was changed at Vapi" in text


def test_what_was_deleted_at_vapi_is_wrong(root: Any, vapi: Any) -> None:
    sync("--apply")
    (row,) = vapi.get("assistant").json()
    vapi.delete(f"assistant/{row['id']}")
    assert said("drift")[0][0] == "WRONG"


def test_both_clocks_are_compared(root: Any) -> None:
    assert [state for state, _ in said("clock")] == ["ok", "ok"]
