"""Celery's way to Valkey, where Valkey has gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app


@pytest.mark.parametrize(
    "used",
    [
        lambda channel: channel.basic_ack("a-tag"),
        lambda channel: channel.qos.restore_unacked(),
        lambda channel: channel._put("celery", {"properties": {"priority": 0}}),
    ],
    ids=["acknowledges", "gives back", "sends"],
)
def test_a_channel_whose_connection_is_gone_says_so_as_errors_of_connections_are_caught(
    used: Callable[[Any], None],
) -> None:
    connection = current_app.connection_for_write()
    channel = connection.channel()
    connection.close()
    with pytest.raises(connection.connection_errors):
        used(channel)
