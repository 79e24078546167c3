"""What the agent was told, as a person reads it."""

from __future__ import annotations

import pytest

from calls.templatetags.desk import told


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ('{"ticketId": "12345", "status": "open"}', "ticketId: 12345, status: open"),
        ("A person has been asked to take over.", "A person has been asked to take over."),
        ('{"cut off', '{"cut off'),
        ("[1, 2]", "[1, 2]"),
        ("", ""),
    ],
)
def test_an_object_is_read_as_its_fields(line: str, read: str) -> None:
    assert told(line) == read
