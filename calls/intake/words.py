"""Words as they are spoken: in Redis for a minute, shown live, never a row and never promised."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import cache

import msgspec
from django.conf import settings
from msgspec.structs import asdict
from redis import Redis, RedisError

from calls.intake.message_types import TRANSCRIPTS
from calls.message import Message
from supportvoice import live
from supportvoice.background import Background
from supportvoice.impatient import redis_client

KEPT_S = 60
GIVE_UP_AFTER_S = 0.2
LATE_MS = 1_000
AT_MOST_EVERY_S = 0.02
MOST_AT_ONCE = 200
MOST_WAITING = 5_000
ROLES = frozenset({"user", "assistant"})

# For each: keeps the newest words of each role, and says whether these may be shown: late ones would replace newer
# words. One script for all of them: Redis reads its text and takes its hash each time.
_KEEP_NEWEST = """
local late_ms, kept_s, shown = ARGV[1], ARGV[2], {}
for number, key in ipairs(KEYS) do
  local role, at, words = ARGV[3 * number], tonumber(ARGV[3 * number + 1]), ARGV[3 * number + 2]
  local newest = tonumber(redis.call('HGET', key, role .. ':at') or '0')
  if at >= newest then
    redis.call('HSET', key, role .. ':at', at, role .. ':words', words)
    redis.call('EXPIRE', key, kept_s)
  end
  shown[number] = at >= newest - late_ms and 1 or 0
end
return shown
"""


class Words(msgspec.Struct, frozen=True):
    """`role` is `user` or `assistant`; `final` words are in the transcript already or will be in a moment."""

    role: str
    text: str
    at_ms: int
    final: bool


Spoken = tuple[str, Words]
"""The call's id, and what was said."""


def _redis() -> Redis:
    return redis_client(settings.REDIS_URL, GIVE_UP_AFTER_S)


def is_spoken(message: Message) -> bool:
    return message.type in TRANSCRIPTS and message.call_id is not None


def hear(message: Message, received_ms: int) -> None:
    """Shown in a moment, partial words and final ones; costs the caller nothing."""
    if said := spoken(message, received_ms):
        _speaker().say(said)


def spoken(message: Message, received_ms: int) -> Spoken | None:
    """Of a transcript message; None where neither caller nor agent speaks."""
    words = Words(
        role=message.text("role", 20),
        text=message.text("transcript", 2_000),
        at_ms=message.stamp_ms or received_ms,
        final=message.get("transcriptType") != "partial",
    )
    return (message.call_id or "", words) if words.role in ROLES else None


def show(said: Sequence[Spoken]) -> None:
    """All but those that come too late; none where Redis is away."""
    keys = [f"words:{call_id}" for call_id, _ in said]
    newest = [part for _, words in said for part in (words.role, words.at_ms, msgspec.json.encode(words))]
    try:
        in_time = _redis().eval(_KEEP_NEWEST, len(keys), *keys, LATE_MS, KEPT_S, *newest)
    except RedisError:
        return
    told = [{"call": call, **asdict(words)} for (call, words), shown in zip(said, in_time, strict=True) if shown]
    live.publish("words", *told)


class Speaker:
    """What was said a moment ago goes together. Where more waits than Redis takes, the oldest words go unsaid."""

    def __init__(self) -> None:
        self._waiting: deque[Spoken] = deque(maxlen=MOST_WAITING)
        self._showing = Background("words", self._show, AT_MOST_EVERY_S)

    def say(self, said: Spoken) -> None:
        self._waiting.append(said)
        self._showing.wake()

    def _show(self) -> None:
        while said := [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]:
            show(said)


@cache
def _speaker() -> Speaker:
    return Speaker()


def latest(call_ids: Sequence[str]) -> dict[str, Words]:
    """The newest words of each call that has any; nothing where Redis is away."""
    if not call_ids:
        return {}
    pipeline = _redis().pipeline(transaction=False)
    for call_id in call_ids:
        pipeline.hmget(f"words:{call_id}", ["user:words", "assistant:words"])
    try:
        found: list[list[bytes | None]] = pipeline.execute()
    except RedisError:
        return {}
    newest = {call_id: _newest(values) for call_id, values in zip(call_ids, found, strict=True)}
    return {call_id: words for call_id, words in newest.items() if words}


def _newest(stored: list[bytes | None]) -> Words | None:
    spoken = [msgspec.json.decode(value, type=Words) for value in stored if value]
    return max(spoken, key=lambda words: words.at_ms, default=None)
