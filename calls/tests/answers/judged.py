"""Replies as Vapi would take them: posted through an adapter, judged by the stand-in's table of shapes."""

from __future__ import annotations

from typing import Any

from calls.tests.conftest import Post, load
from sandbox.vapi.replies import judge


def asked(post: Post, fixture: str, **fields: Any) -> Any:
    """The reply to a fixture's question, which must be one that Vapi understands."""
    response = post(load(fixture, **fields))
    reply, verdict = judge(load(fixture)["message"]["type"], response.status_code, response.content, {})
    assert verdict.problems == []
    return reply
