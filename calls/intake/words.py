"""Words as they are spoken: in Redis for a minute, shown live, never a row and never promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from django.conf import settings
from redis import Redis, RedisError

from calls.intake.message_types import TRANSCRIPTS
from calls.message import Message
from supportvoice import live
from supportvoice.impatient import redis_client

KEPT_S = 60
GIVE_UP_AFTER_S = 0.2
LATE_MS = 1_000
ROLES = frozenset({"user", "assistant"})

# Keeps the newest words of each role, and says whether these may be shown: late ones would replace newer words.
_KEEP_NEWEST = """
local newest = tonumber(redis.call('HGET', KEYS[1], ARGV[1] .. ':at') or '0')
local at = tonumber(ARGV[2])
if at < newest - tonumber(ARGV[4]) then return 0 end
if at >= newest then
  redis.call('HSET', KEYS[1], ARGV[1] .. ':at', ARGV[2], ARGV[1] .. ':words', ARGV[3])
  redis.call('EXPIRE', KEYS[1], ARGV[5])
end
return 1
"""


@dataclass(frozen=True, slots=True)
class Words:
    """`role` is `user` or `assistant`; `final` words are in the transcript already or will be in a moment."""

    role: str
    text: str
    at_ms: int
    final: bool


def _redis() -> Redis:
    return redis_client(settings.REDIS_URL, GIVE_UP_AFTER_S)


def is_spoken(message: Message) -> bool:
    return message.type in TRANSCRIPTS and message.call_id is not None


def hear(message: Message, received_ms: int) -> bool:
    """Shows the words of a transcript message, partial or final. False where they came too late, or Redis is away."""
    words = Words(
        role=message.text("role", 20),
        text=message.text("transcript", 2_000),
        at_ms=message.stamp_ms or received_ms,
        final=message.get("transcriptType") != "partial",
    )
    if words.role not in ROLES or not _keep(message.call_id or "", words):
        return False
    live.publish("words", {"call": message.call_id, **asdict(words)})
    return True


def _keep(call_id: str, words: Words) -> bool:
    stored = msgspec.json.encode(asdict(words))
    arguments: list[Any] = [words.role, words.at_ms, stored, LATE_MS, KEPT_S]
    try:
        return bool(_redis().eval(_KEEP_NEWEST, 1, f"words:{call_id}", *arguments))
    except RedisError:
        return False


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
