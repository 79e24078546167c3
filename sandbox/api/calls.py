"""`GET /call` and `GET /call/{id}` as Vapi answers them, from the calls that were placed here.

A bare list, newest first, without pages: `limit` to 1000, eight filters of time, and the filters by id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import redis
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse

from calls.message import stamp_ms
from sandbox.api import resources

CALLS, NEWEST = "sandbox:vapi:calls", "sandbox:vapi:calls:by-creation"
MOST_KEPT = 5_000
DEFAULT_LIMIT, HIGHEST_LIMIT = 100, 1000
COMPARE = {"Gt": "__gt__", "Ge": "__ge__", "Lt": "__lt__", "Le": "__le__"}

Row = dict[str, Any]


def keep(row: Row) -> None:
    """As it is now; the oldest of too many go."""
    with resources.store() as store, store.pipeline() as pipeline:
        pipeline.hset(CALLS, row["id"], json.dumps(row))
        pipeline.zadd(NEWEST, {row["id"]: stamp_ms(row["createdAt"]) or 0})
        pipeline.execute()
        if gone := store.zrange(NEWEST, 0, -MOST_KEPT - 1):
            _drop(store, gone)


def forget() -> None:
    with resources.store() as store:
        store.delete(CALLS, NEWEST)


@login_not_required
def many(request: HttpRequest) -> HttpResponse:
    return resources.answer(request, {"GET": lambda: _list(request.GET.dict())})


@login_not_required
def one(request: HttpRequest, call_id: str) -> HttpResponse:
    with resources.store() as store:
        found: str | None = store.hget(CALLS, call_id)
    missing = resources.error(404, f"Call with id {call_id} not found.")
    return resources.answer(request, {"GET": lambda: JsonResponse(json.loads(found)) if found else missing})


def _list(query: Mapping[str, str]) -> JsonResponse:
    limit = query.get("limit", str(DEFAULT_LIMIT))
    if not limit.isdigit() or int(limit) > HIGHEST_LIMIT:
        return resources.error(400, ["limit must not be greater than 1000"])
    return JsonResponse([row for row in _newest_first() if _is_wanted(row, query)][: int(limit)], safe=False)


def _newest_first() -> list[Row]:
    with resources.store() as store:
        ids = store.zrevrange(NEWEST, 0, -1)
        rows = store.hmget(CALLS, ids) if ids else []
    return [json.loads(row) for row in rows if row]


def _is_wanted(row: Row, query: Mapping[str, str]) -> bool:
    same = all(row.get(name) == query[name] for name in ("id", "assistantId", "phoneNumberId") if name in query)
    return same and all(_is_within(row, name, query) for name in ("createdAt", "updatedAt"))


def _is_within(row: Row, name: str, query: Mapping[str, str]) -> bool:
    bounds = {method: query[f"{name}{suffix}"] for suffix, method in COMPARE.items() if f"{name}{suffix}" in query}
    at = stamp_ms(row[name]) or 0
    return all(getattr(at, method)(stamp_ms(bound) or 0) for method, bound in bounds.items())


def _drop(store: redis.Redis, ids: list[str]) -> None:
    store.hdel(CALLS, *ids)
    store.zrem(NEWEST, *ids)
