"""Vapi's REST API for what is configured: `/assistant`, `/tool`, `/squad`, `/structured-output`, as Vapi behaves.

Unknown fields and values are a 400 with a list of messages, PATCH replaces each named top-level key whole, lists of
the older kinds are bare and end at their limit, newer ones come in pages, and a pinned assistant cannot be deleted.
`POST /_next` makes the next answers what a test wants: 429, 500, or a connection's end after the work was done.
"""

from __future__ import annotations

import hmac
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from calls.assistants.valid import problems
from sandbox.vapi.account import ORG_ID

SCHEMAS = {
    "assistant": ("CreateAssistantDTO", "CreateAssistantDTO"),
    "tool": ("CreateFunctionToolDTO", "UpdateFunctionToolDTO"),
    "squad": ("CreateSquadDTO", "UpdateSquadDTO"),
    "structured-output": ("CreateStructuredOutputDTO", "UpdateStructuredOutputDTO"),
}
IN_PAGES = {"structured-output"}
READ_ONLY = ("id", "orgId", "createdAt", "updatedAt", "latestVersion", "isServerUrlSecretSet")
NEXT, PINNED = "sandbox:vapi:next", "sandbox:vapi:pinned"
BAD_KEY = "Invalid Key. Hot tip, you may be using the public key instead of the private key."

Row = dict[str, Any]
Answer = JsonResponse | HttpResponse


def store() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True)


@csrf_exempt
@login_not_required
def many(request: HttpRequest, kind: str) -> HttpResponse:
    methods = {"GET": lambda: _list(request, kind), "POST": lambda: _create(request, kind)}
    return answer(request, methods if kind in SCHEMAS else {})


@csrf_exempt
@login_not_required
def one(request: HttpRequest, kind: str, vapi_id: str) -> HttpResponse:
    row = _row(kind, vapi_id)
    if row is None and _is_allowed(request):
        return error(404, f"{kind} with id {vapi_id} not found.")
    found: Row = row or {}
    methods = {
        "GET": lambda: JsonResponse(found),
        "PATCH": lambda: _change(request, kind, found),
        "DELETE": lambda: _delete(kind, found),
    }
    return answer(request, methods)


@csrf_exempt
@login_not_required
def next_answers(request: HttpRequest) -> HttpResponse:
    """{"answers": ["429", "500", "lost"], "pinned": [ids]}: each of the next requests takes one."""
    if not _is_allowed(request):
        return error(401, BAD_KEY)
    wanted = json.loads(request.body)
    with store() as redis_client:
        redis_client.delete(NEXT, PINNED)
        if wanted.get("answers"):
            redis_client.rpush(NEXT, *wanted["answers"])
        if wanted.get("pinned"):
            redis_client.sadd(PINNED, *wanted["pinned"])
    return HttpResponse(status=204)


def answer(request: HttpRequest, methods: dict[str, Callable[[], Answer]]) -> HttpResponse:
    if not _is_allowed(request):
        return error(401, BAD_KEY)
    if request.method not in methods:
        return error(404, f"Cannot {request.method} {request.path}")
    with store() as redis_client:
        trap = redis_client.lpop(NEXT)
    if trap == "429":
        return error(429, "ThrottlerException: Too Many Requests", {"Retry-After": "0"})
    if trap == "500":
        return error(500, "Internal server error")
    answer = methods[request.method]()
    # The work is done and its answer does not say so, as when a gateway gives up.
    return error(504, "Gateway Timeout") if trap == "lost" else answer


def _is_allowed(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.VAPI_API_KEY}"
    return bool(settings.VAPI_API_KEY) and hmac.compare_digest(given.encode(), wanted.encode())


def _list(request: HttpRequest, kind: str) -> Answer:
    limit = min(int(request.GET.get("limit", 100)), 1000)
    rows = sorted(_rows(kind), key=lambda row: (row["createdAt"], row["id"]), reverse=True)
    if kind in IN_PAGES:
        page = int(request.GET.get("page", 1))
        about = {"itemsPerPage": limit, "totalItems": len(rows), "currentPage": page}
        return JsonResponse({"results": rows[(page - 1) * limit : page * limit], "metadata": about})
    before = request.GET.get("createdAtLe", "")
    return JsonResponse([row for row in rows if not before or row["createdAt"] <= before][:limit], safe=False)


def _create(request: HttpRequest, kind: str) -> Answer:
    body, wrong = _body(request, SCHEMAS[kind][0])
    if wrong:
        return wrong
    row = {"id": str(uuid.uuid4()), "orgId": ORG_ID, "createdAt": _now(), **body, "updatedAt": _now()}
    if kind == "assistant":
        row |= {"latestVersion": "v1", "isServerUrlSecretSet": False}
    _save(kind, row)
    return JsonResponse(row, status=201)


def _change(request: HttpRequest, kind: str, row: Row) -> Answer:
    body, wrong = _body(request, SCHEMAS[kind][1])
    if wrong:
        return wrong
    changed = {**row, **body, "updatedAt": _now()}
    if kind == "assistant":
        changed["latestVersion"] = f"v{int(row['latestVersion'].removeprefix('v')) + 1}"
    _save(kind, changed)
    return JsonResponse(changed)


def _delete(kind: str, row: Row) -> Answer:
    with store() as redis_client:
        if redis_client.sismember(PINNED, row["id"]):
            return JsonResponse({"error": "assistant_pinned", "message": "A phone number pins a version."}, status=409)
        redis_client.hdel(_place(kind), row["id"])
    return JsonResponse(row)


def _body(request: HttpRequest, schema: str) -> tuple[Row, JsonResponse | None]:
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}, error(400, "Unexpected token in JSON")
    messages = [f"property {key} should not exist" for key in READ_ONLY if key in body]
    for problem in problems(schema, {key: value for key, value in body.items() if key not in READ_ONLY}):
        is_unknown = problem.message.startswith("is no field")
        messages.append(
            f"property {problem.path} should not exist" if is_unknown else f"{problem.path} {problem.message}"
        )
    return body, error(400, messages) if messages else None


def _rows(kind: str) -> list[Row]:
    with store() as redis_client:
        rows: dict[str, str] = redis_client.hgetall(_place(kind))
    return [json.loads(row) for row in rows.values()]


def _row(kind: str, vapi_id: str) -> Row | None:
    return next((row for row in _rows(kind) if row["id"] == vapi_id), None)


def _save(kind: str, row: Row) -> None:
    with store() as redis_client:
        redis_client.hset(_place(kind), row["id"], json.dumps(row))


def _place(kind: str) -> str:
    return f"sandbox:vapi:{kind}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def error(status: int, message: str | list[str], headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse({"message": message, "statusCode": status}, status=status, headers=headers)
