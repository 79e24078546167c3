"""The tools as Vapi's assistants want them, ready to paste into `model.tools`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calls.answers.registry import Tool


def function_tools(tools: Iterable[Tool], server_url: str = "") -> list[dict[str, Any]]:
    server = {"server": {"url": server_url}} if server_url else {}
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
            **server,
        }
        for tool in tools
    ]
