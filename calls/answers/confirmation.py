"""What must not happen by mishearing is asked first, and done only after a yes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from calls.answers.registry import Answer

Confirmed = Annotated[
    bool, Meta(description="True only after the caller was asked whether to do it and clearly said yes")
]


def ask_first(question: str, tool: str, ticket_number: int | None = None) -> Answer:
    return Answer(
        f"Nothing has been done yet. Ask the caller: {question}? Only if they say yes, call {tool} again "
        "with the same arguments and confirmed true.",
        ticket_number,
    )
