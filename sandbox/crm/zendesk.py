"""Zendesk as far as tickets go.

Its traps: the ticket search knows new tickets only after a while, a ticket takes 30 updates in ten minutes, closed
ones take none, a key makes one ticket for two hours, wrong names in a body are ignored, errors may be plain text.
"""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Mapping
from typing import Any

from sandbox.crm.desk import Answer, Knobs, Numbers, Request, now_text

EMAIL, TOKEN = "desk@example.com", "zendesk-stand-in-token"
UPDATES_IN_TEN_MINUTES = 30
KEY_LASTS_S = 7_200
STATUSES = {"open", "pending", "hold", "solved"}
PRIORITIES = {"low", "normal", "high", "urgent"}


class Zendesk:
    def __init__(self) -> None:
        self.knobs = Knobs()
        self._lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self.knobs = Knobs()
            self.ledger: list[dict[str, Any]] = []
            self._numbers = Numbers(35_436)
            self._users: dict[int, dict[str, Any]] = {1: _user(1, "Desk", EMAIL, role="agent")}
            self._tickets: dict[int, dict[str, Any]] = {}
            self._comments: dict[int, list[dict[str, Any]]] = {}
            self._made_at: dict[int, float] = {}
            self._updates: dict[int, list[float]] = {}
            self._keys: dict[str, tuple[float, int]] = {}

    def plant(self, what: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            if "ticket" in what:
                row = self._new_ticket(dict(what["ticket"]))
                self._made_at[row["id"]] = 0.0
                return row
            number = self._numbers.next()
            self._users[number] = {**_user(number, "", "", role="end-user"), **what["user"], "id": number}
            return self._users[number]

    def answer(self, request: Request) -> Answer:
        login = base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {login}":
            return Answer(401, {"error": "Couldn't authenticate you"})
        for method, pattern, handler in ROUTES:
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                with self._lock:
                    answer: Answer = getattr(self, handler)(request, *found.groups())
                return answer
        return Answer(404, {"error": "InvalidEndpoint", "description": "Not found"})

    def _me(self, _request: Request) -> Answer:
        return Answer(200, {"user": self._users[1]})

    def _search_users(self, request: Request) -> Answer:
        """Parts of a value match, too: whoever takes the first takes a stranger."""
        name, _, value = request.query.get("query", "").partition(":")
        found = [user for user in self._users.values() if value and value.lower() in _searchable(user, name)]
        return Answer(200, {"users": found, "count": len(found)})

    def _requested(self, _request: Request, user: str) -> Answer:
        rows = [row for row in self._tickets.values() if row["requester_id"] == int(user)]
        return Answer(200, {"tickets": sorted(rows, key=lambda row: row["updated_at"], reverse=True)})

    def _search(self, request: Request) -> Answer:
        wanted = re.search(r"external_id:(\S+)", request.query.get("query", ""))
        old = time.time() - self.knobs.search_lag_s
        rows = [
            row
            for number, row in self._tickets.items()
            if wanted and row["external_id"] == wanted[1] and self._made_at[number] <= old
        ]
        return Answer(200, {"results": rows, "count": len(rows), "next_page": None})

    def _show(self, _request: Request, number: str) -> Answer:
        row = self._tickets.get(int(number))
        if row is None:
            return Answer(404, {"error": "RecordNotFound", "description": "Not found"})
        users = [self._users[one] for one in {row["requester_id"], row["assignee_id"]} if one in self._users]
        return Answer(200, {"ticket": row, "users": users})

    def _list_comments(self, _request: Request, number: str) -> Answer:
        return Answer(200, {"comments": self._comments.get(int(number), [])[::-1]})

    def _create(self, request: Request) -> Answer:
        key = request.headers.get("idempotency-key", "")
        made_at, number = self._keys.get(key, (0.0, 0))
        if key and time.time() - made_at < KEY_LASTS_S:
            return Answer(200, {"ticket": self._tickets[number]}, {"x-idempotency-lookup": "hit"})
        wanted = (request.body or {}).get("ticket") or {}
        if not wanted.get("comment", {}).get("body"):
            details = {"base": [{"description": "Description: cannot be blank", "error": "BlankValue"}]}
            return Answer(
                422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
            )
        row = self._new_ticket(wanted)
        if key:
            self._keys[key] = (time.time(), row["id"])
        text = wanted["comment"]["body"]
        self.ledger.append({"what": "create", "number": str(row["id"]), "key": key, "text": text})
        return Answer(201, {"ticket": row}, {"x-idempotency-lookup": "miss"})

    def _new_ticket(self, wanted: dict[str, Any]) -> dict[str, Any]:
        number = self._numbers.next()
        row = {
            "id": number,
            "subject": wanted.get("subject"),
            "status": wanted.get("status", "new"),
            "priority": wanted.get("priority"),
            "requester_id": self._requester(wanted),
            "assignee_id": wanted.get("assignee_id"),
            "group_id": wanted.get("group_id"),
            "tags": wanted.get("tags", []),
            "external_id": wanted.get("external_id"),
            "created_at": now_text(),
            "updated_at": now_text(),
        }
        self._tickets[number], self._made_at[number] = row, time.time()
        self._comments[number] = [_comment(self._numbers.next(), wanted.get("comment") or {})]
        return row

    def _requester(self, wanted: dict[str, Any]) -> int:
        if wanted.get("requester_id"):
            return int(wanted["requester_id"])
        asked = wanted.get("requester")
        if not asked:
            return 1
        known = next((user for user in self._users.values() if user["email"] == asked["email"]), None)
        if known is None:
            number = self._numbers.next()
            known = self._users[number] = _user(number, asked.get("name", ""), asked["email"], role="end-user")
        return int(known["id"])

    def _update(self, request: Request, number: str) -> Answer:
        row = self._tickets.get(int(number))
        if row is None:
            return Answer(404, {"error": "RecordNotFound", "description": "Not found"})
        if row["status"] == "closed":
            description = "Status: closed prevents ticket update"
            return Answer(422, {"error": "RecordInvalid", "description": description})
        recent = [at for at in self._updates.get(int(number), []) if at > time.time() - 600]
        if len(recent) >= UPDATES_IN_TEN_MINUTES:
            return Answer(429, "Too many updates", {"retry-after": "60"})
        self._updates[int(number)] = [*recent, time.time()]
        wanted = (request.body or {}).get("ticket") or {}
        if wrong := _wrong(wanted):
            return Answer(422, {"error": "RecordInvalid", "description": wrong})
        row |= {key: wanted[key] for key in ("status", "priority", "group_id", "assignee_id", "tags") if key in wanted}
        row["updated_at"] = now_text()
        if comment := wanted.get("comment"):
            self._comments[int(number)].append(_comment(self._numbers.next(), comment))
        text = (wanted.get("comment") or {}).get("body", "")
        self.ledger.append({"what": "update", "number": number, "key": "", "text": text})
        return Answer(200, {"ticket": row, "audit": {"id": self._numbers.next()}})


ROUTES = (
    ("GET", r"api/v2/users/me\.json", "_me"),
    ("GET", r"api/v2/users/search\.json", "_search_users"),
    ("GET", r"api/v2/users/(\d+)/tickets/requested\.json", "_requested"),
    ("GET", r"api/v2/search\.json", "_search"),
    ("GET", r"api/v2/tickets/(\d+)\.json", "_show"),
    ("GET", r"api/v2/tickets/(\d+)/comments\.json", "_list_comments"),
    ("POST", r"api/v2/tickets\.json", "_create"),
    ("PUT", r"api/v2/tickets/(\d+)\.json", "_update"),
)


def _wrong(wanted: dict[str, Any]) -> str:
    if wanted.get("status", "open") not in STATUSES:
        return "Status: is not one of the allowed values"
    if wanted.get("priority", "low") not in PRIORITIES:
        return "Priority: is not one of the allowed values"
    return ""


def _user(number: int, name: str, email: str, role: str) -> dict[str, Any]:
    return {"id": number, "name": name, "email": email, "phone": None, "role": role, "user_fields": {}}


def _comment(number: int, wanted: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "body": wanted.get("body", ""),
        "public": wanted.get("public", True),
        "created_at": now_text(),
    }


def _searchable(user: dict[str, Any], name: str) -> str:
    return str(user.get(name) or "").lower()
