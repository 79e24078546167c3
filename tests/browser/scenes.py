"""What is particular to each scenario of the sandbox when somebody follows it in the browser, as data.

A scenario without a line here fails its test: say what of it must be seen, and which ticket it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Scene:
    """`ticket`: its tools named one or made one; else a person opens one, or links one that is there."""

    caller: str
    ended: str = "Caller hung up · nobody's fault"
    ticket: Literal["named", "made", "opened", "linked"] = "opened"
    number: int | None = None
    marks: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()
    speakers: frozenset[str] = frozenset({"Caller", "Agent"})


AGENT_ENDED, TRANSFERRED = "Agent ended the call · nobody's fault", "Transferred · nobody's fault"

SCENES = {
    "angry_caller": Scene(
        "Jonas Weber",
        ended=TRANSFERRED,
        ticket="named",
        number=12350,
        marks=("A person is needed", "agent stopped 190 ms later"),
        unheard=("waiting for some time now.",),
    ),
    "background_noise": Scene("Elin Sørensen", ticket="named", number=12343),
    "callback": Scene("Mia Chen", marks=("Sunday at three", "Monday at three")),
    "cancels_confirmed": Scene("Noah Adeyemi", ticket="named", number=12352, marks=("confirmed: true",)),
    "agent_presses_ahead": Scene(
        "Noah Adeyemi", ticket="named", number=12352, marks=("cancelOrder", "not meant", "do not want to")
    ),
    "does_not_cancel": Scene("Hana Sato", ticket="named", number=12347),
    "guesses_numbers": Scene("Unknown", marks=("offer the caller a person",)),
    "interrupted_policy": Scene(
        "Mia Chen",
        ticket="made",
        marks=("agent stopped 340 ms later over 220",),
        unheard=("Articles made to measure cannot be cancelled at all.",),
    ),
    "line_fails": Scene("Mia Chen", ended="Phone line failed"),
    "model_fails": Scene(
        "Jonas Weber",
        ended="Language model provider failed · a provider's fault",
        ticket="linked",
        number=12350,
        marks=("agent did not answer in time",),
    ),
    "new_ticket": Scene("Sofia Rossi", ended=AGENT_ENDED, ticket="made"),
    "only_a_report": Scene("Carlos Medina"),
    "refund": Scene(
        "Ada Byrne",
        ended=AGENT_ENDED,
        ticket="named",
        number=12345,
        marks=("confirmed: true", "The neighbours have not seen the parcel either."),
    ),
    "scrambled": Scene(
        "Ada Byrne",
        ticket="made",
        marks=("agent stopped 520 ms later over 500", "getTicketDetails"),
        unheard=("and it stays with",),
    ),
    "silent_caller": Scene("Mia Chen", ended="Ended after silence", speakers=frozenset({"Agent"})),
    "slow_crm": Scene("Ada Byrne", ticket="named", number=12345, marks=("getTicketStatus",)),
    "slow_crm_hangs_up": Scene("Ada Byrne", ticket="named", number=12345, marks=("getTicketStatus",)),
    "squad": Scene(
        "Sofia Rossi",
        ticket="named",
        number=12353,
        marks=("handed over from Front desk to Orders · first word",),
        speakers=frozenset({"Caller", "Front desk", "Orders"}),
    ),
    "talks_on": Scene(
        "Noah Adeyemi",
        ticket="named",
        number=12352,
        marks=("overtaken the result of getTicketStatus, after the caller had gone on talking",),
    ),
    "three_interruptions": Scene(
        "Carlos Medina",
        ticket="named",
        number=12348,
        marks=(
            "agent stopped 160 ms later",
            "agent stopped 180 ms later",
            "agent stopped 240 ms later over 220",
            "overtaken a reply to the words from before the interruption",
        ),
        unheard=("how invoices are sent to you.", "begin with the settings.", "a page for invoices."),
    ),
    "ticket_lookup": Scene("Ada Byrne", ticket="named", number=12345, marks=("getTicketDetails",)),
    "transcriber_fails": Scene(
        "Hana Sato",
        ended="Speech recognition provider failed · a provider's fault",
        unheard=("hear",),
        speakers=frozenset({"Agent"}),
    ),
    "transfer": Scene("Carlos Medina", ended=TRANSFERRED),
    "unknown_ticket": Scene("Sofia Rossi", ended=AGENT_ENDED, marks=("ticketId: 999009",)),
    "verifies_first": Scene("Web visitor", ticket="named", number=12345, marks=("verifyCaller",)),
    "voice_fails": Scene(
        "Ada Byrne",
        ended="Voice provider failed · a provider's fault",
        ticket="named",
        number=12345,
        unheard=("the carrier is looking for the parcel.",),
    ),
    "voicemail": Scene(
        "Sofia Rossi",
        ended="Voicemail answered · nobody's fault",
        ticket="opened",
    ),
    "web_call": Scene(
        "Web visitor",
        ticket="named",
        number=12346,
        marks=("agent did not answer in time",),
    ),
}
