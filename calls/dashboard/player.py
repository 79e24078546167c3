"""What the player of one call shows before a byte of sound is fetched: its waveform, who speaks when, what happened."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from calls.models import Call, Interruption, Recording, ToolCall, Turn
from calls.vapi.errors import NoKeyError

WIDTH = 1000  # of the drawing, whatever the screen's
SHORTEST = 2
UNKNOWN_STOP_MS = 300


@dataclass(frozen=True)
class Mark:
    kind: str
    x: int
    width: int


@dataclass(frozen=True)
class Player:
    call: Call
    recording: Recording
    duration_ms: int
    marks: list[Mark]

    @property
    def peaks(self) -> str:
        return b64encode(self.recording.peaks or b"").decode()

    @property
    def duration_s(self) -> int:
        return self.duration_ms // 1000

    @property
    def kinds(self) -> set[str]:
        return {mark.kind for mark in self.marks}

    @property
    def has_key(self) -> bool:
        return bool(settings.VAPI_API_KEY)

    @property
    def is_settled(self) -> bool:
        return self.recording.state != Recording.State.WAITING

    @property
    def words(self) -> str:
        """Why there is no waveform."""
        if not self.has_key:
            return NoKeyError.words
        return {
            Recording.State.WAITING: self.recording.error or "The waveform is being computed.",
            Recording.State.UNSUPPORTED: f"No waveform for this format: {self.recording.error}.",
            Recording.State.FAILED: self.recording.error,
        }.get(Recording.State(self.recording.state), "")


def player(call: Call, turns: list[Turn], interruptions: list[Interruption], tools: list[ToolCall]) -> Player | None:
    """None where nothing was recorded. `call` comes with its recording."""
    recording: Recording | None = getattr(call, "recording", None)
    if recording is None:
        return None
    duration_ms = recording.duration_ms or _ms(call, call.ended_at)
    spans = [
        *((each.role, each.started_at, each.ended_at) for each in turns),
        *(("interruption", each.caller_began_at, each.agent_stopped_at) for each in interruptions),
        *(("tool", each.requested_at, _answered(each)) for each in tools),
    ]
    marks = [_mark(call, duration_ms, *span) for span in spans]
    return Player(call, recording, duration_ms, [mark for mark in marks if mark])


def is_awaited(shown: Player | None, *, has_report: bool) -> bool:
    """Whether the player is still to come or to change, so that the page must ask again."""
    return not has_report if shown is None else shown.has_key and not shown.is_settled


def _mark(call: Call, duration_ms: int, kind: str, began: datetime | None, ended: datetime | None) -> Mark | None:
    if began is None or not duration_ms:
        return None
    begin = _ms(call, began)
    end = max(_ms(call, ended) if ended else begin + UNKNOWN_STOP_MS, begin)
    x = min(begin * WIDTH // duration_ms, WIDTH)
    return Mark(kind, x, max(min(end * WIDTH // duration_ms, WIDTH) - x, SHORTEST))


def _answered(tool: ToolCall) -> datetime | None:
    """By the caller's clock, which the request was stamped with."""
    return (
        tool.answered_at if tool.duration_ms is None else tool.requested_at + timedelta(milliseconds=tool.duration_ms)
    )


def _ms(call: Call, at: datetime | None) -> int:
    """Since the recording began, which is when the call was connected."""
    return max(int((at - (call.started_at or call.began_at)).total_seconds() * 1000), 0) if at else 0
