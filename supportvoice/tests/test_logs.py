"""No log line holds a secret or a whole phone number."""

from __future__ import annotations

import logging

import pytest

from supportvoice.logs import MaskFilter, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("caller +447700900018 rang", "caller +•••18 rang"),
        ("Authorization: Bearer abc.def-1", "Authorization: [masked]"),
        ("sent Bearer abc.def-1", "sent Bearer-[masked]"),
        ('{"x-vapi-secret": "hunter2"}', '{"x-vapi-secret": "[masked]"}'),
        ("redis://default:pa55@127.0.0.1:6379/0", "redis://default:[masked]@127.0.0.1:6379/0"),
        ("took 12345 ms", "took 12345 ms"),
    ],
)
def test_what_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_arguments_are_masked_too() -> None:
    record = logging.LogRecord("n", logging.INFO, "p", 1, "number %s", ("+12025550132",), None)
    assert MaskFilter().filter(record)
    assert record.getMessage() == "number +•••32"
