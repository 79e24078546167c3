"""Request Tracker 5 as far as tickets go, after what a real 5.0.3 answers (tests/rt holds the two side by side).

Its traps: a 200 whose text says that nothing was done, a search of users by phone that finds everybody, tickets merged
under two numbers, numbers as text or as numbers, priorities as the words they were made with.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any

from sandbox.crm.desk import Answer, Knobs, Numbers, Request, now_text

TOKEN = "1-14-stand-in-token"  # noqa: S105
QUEUES = {"Support": "3", "Escalations": "4"}
FIELD = "SupportVoice Key"
STATUSES = ("new", "open", "stalled", "resolved", "rejected", "deleted")
USER_FIELDS = ("EmailAddress", "RealName", "PostalCode", "MobilePhone", "WorkPhone", "HomePhone")
BY_RT = {"id": "RT_System", "type": "user"}
QUEUE_BESIDES: dict[str, Any] = {
    "Description": "",
    "CorrespondAddress": "",
    "CommentAddress": "",
    "Disabled": "0",
    "SLADisabled": "1",
    "SortOrder": "0",
    "Created": "2026-01-01T00:00:00Z",
    "LastUpdated": "2026-01-01T00:00:00Z",
    "Creator": BY_RT,
    "LastUpdatedBy": BY_RT,
    "Cc": [],
    "AdminCc": [],
    "CustomFields": [],
    "TicketTransactionCustomFields": [],
}
CONDITION = re.compile(
    r"(id|[\w.]+|'CF\.\{[^}]*\}')\s+(?:=|LIKE|is)\s+('(?:[^'\\]|\\.)*'|\d+)|id = (\d+)", re.IGNORECASE
)


class RequestTracker:
    def __init__(self) -> None:
        self.knobs = Knobs()
        self._lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self.knobs = Knobs()
            self.ledger: list[dict[str, Any]] = []
            self._numbers = Numbers(1)
            self._users: dict[str, dict[str, Any]] = {}
            self._tickets: dict[int, dict[str, Any]] = {}
            self._said: dict[int, list[str]] = {}
            self._merged: dict[int, int] = {}

    def plant(self, what: Mapping[str, Any]) -> dict[str, Any]:
        """{"user": {EmailAddress, …}}, {"ticket": {Subject, Requestor, Status, …}} or {"merge": [3, 1]}."""
        with self._lock:
            if "user" in what:
                user = dict(what["user"])
                self._users[user["EmailAddress"]] = user
                return user
            if "merge" in what:
                gone, into = what["merge"]
                self._merged[int(gone)] = int(into)
                return {}
            return {"id": self._new_ticket({"Queue": "Support", **what["ticket"]})}

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"token {TOKEN}":
            return Answer(401, {"message": "Unauthorized"})
        for method, pattern, handler in ROUTES:
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                with self._lock:
                    answer: Answer = getattr(self, handler)(request, *found.groups())
                return answer
        return Answer(404, {"message": "Not Found"})

    def _version(self, _request: Request) -> Answer:
        return Answer(200, {"Version": "5.0.3"})

    def _queue(self, _request: Request, name: str) -> Answer:
        name = name.replace("%20", " ")
        if name not in QUEUES:
            return Answer(404, {"message": "Not Found"})
        fields = [{"id": "2", "ref": "customfield", "type": "customfield", "name": FIELD}]
        about = {"id": int(QUEUES[name]), "Name": name, "Lifecycle": "default"} | QUEUE_BESIDES
        return Answer(200, {**about, "TicketCustomFields": fields})

    def _everybody(self, _request: Request) -> Answer:
        """The filter by a phone number is dropped without a word."""
        items = [{"id": name, "type": "user", "EmailAddress": name} for name in self._users]
        return Answer(200, {"items": items, "count": len(items), "total": len(items), "page": 1, "pages": 1})

    def _search(self, request: Request) -> Answer:
        query = request.query.get("query", "")
        if not CONDITION.search(query):
            message = "Wrong query at /usr/share/request-tracker5/lib/RT/SQL.pm line 142, canary-7f3a"
            return Answer(400, {"message": message})
        rows = [row for number, row in self._tickets.items() if number not in self._merged and self._fits(query, row)]
        newest = sorted(rows, key=lambda row: row["LastUpdated"], reverse=True)
        per_page, page = int(request.query.get("per_page", 20)), int(request.query.get("page", 1))
        items = [self._item(row, "fields" in request.query) for row in newest[(page - 1) * per_page : page * per_page]]
        pages = -(-len(rows) // per_page)
        about = {"count": len(items), "total": len(rows), "page": page, "pages": pages, "per_page": per_page}
        return Answer(200, {**about, "items": items})

    def _fits(self, query: str, row: dict[str, Any]) -> bool:
        if found := re.fullmatch(r"id = (\d+)", query.strip()):
            return int(row["id"]) == int(found[1])
        return any(self._one_fits(condition.strip(), row) for condition in re.split(r"\bOR\b", query))

    def _one_fits(self, condition: str, row: dict[str, Any]) -> bool:
        found = re.fullmatch(r"('CF\.\{[^}]*\}'|[\w.]+)\s+(=|LIKE)\s+'((?:[^'\\]|\\.)*)'", condition)
        if not found:
            return False
        name, operator, value = found[1], found[2], re.sub(r"\\(.)", r"\1", found[3])
        if name.startswith("'CF."):
            return bool(value == row["key"])
        user = self._users.get(row["Requestor"], {})
        held = str(user.get(name.partition(".")[2]) or "")
        return value in held if operator == "LIKE" else value.lower() == held.lower()

    def _item(self, row: dict[str, Any], expanded: bool) -> dict[str, Any]:
        item = {"id": str(row["id"]), "type": "ticket", "_url": f"http://localhost/rt/REST/2.0/ticket/{row['id']}"}
        if not expanded:
            return item
        user = self._users.get(row["Requestor"])
        told = {field: user.get(field, "") for field in USER_FIELDS} if user else {}
        requestor = [{"id": row["Requestor"], "type": "user", "Name": row["Requestor"], **told}] if user else []
        return item | {
            "Subject": row["Subject"],
            "Status": row["Status"],
            "Priority": row["Priority"],
            "LastUpdated": row["LastUpdated"],
            "Queue": {"id": QUEUES[row["Queue"]], "type": "queue", "Name": row["Queue"]},
            "Owner": {"id": "Nobody", "type": "user", "Name": "Nobody", "RealName": "Nobody in particular"},
            "Requestor": requestor,
        }

    def _show(self, _request: Request, number: str) -> Answer:
        now = self._merged.get(int(number), int(number))
        row = self._tickets.get(now)
        if row is None:
            return Answer(404, {"message": "Not Found"})
        shown = {key: row[key] for key in ("Subject", "Status", "Priority", "LastUpdated")}
        fields = [{"id": "2", "name": FIELD, "values": [row["key"]] if row["key"] else []}]
        requestor = [{"id": row["Requestor"], "type": "user"}] if row["Requestor"] else []
        return Answer(200, {"id": now, "type": "ticket", **shown, "Requestor": requestor, "CustomFields": fields})

    def _create(self, request: Request) -> Answer:
        wanted = request.body or {}
        if wanted.get("Queue") not in QUEUES:
            return Answer(400, {"message": "Could not create ticket. Queue not set"})
        if "Content" in wanted and "ContentType" not in wanted:
            return Answer(400, {"message": "ContentType is a required field for Content"})
        number = self._new_ticket(wanted)
        self.ledger.append({"what": "create", "number": str(number), "key": "", "text": wanted.get("Content", "")})
        return Answer(
            201, {"id": str(number), "type": "ticket", "_url": f"http://localhost/rt/REST/2.0/ticket/{number}"}
        )

    def _new_ticket(self, wanted: Mapping[str, Any]) -> int:
        number, requestor = self._numbers.next(), str(wanted.get("Requestor") or "")
        if requestor:
            self._users.setdefault(requestor, {"EmailAddress": requestor, "RealName": ""})
        self._tickets[number] = {
            "id": number,
            "Subject": wanted.get("Subject", ""),
            "Status": wanted.get("Status", "new"),
            "Priority": str(wanted.get("Priority", "0")),
            "Queue": wanted["Queue"],
            "Requestor": requestor,
            "LastUpdated": now_text(),
            "key": (wanted.get("CustomFields") or {}).get(FIELD, ""),
        }
        self._said[number] = [str(wanted.get("Content", ""))]
        return number

    def _update(self, request: Request, number: str) -> Answer:
        row = self._tickets.get(self._merged.get(int(number), int(number)))
        if row is None:
            return Answer(404, {"message": "Not Found"})
        lines = [line for key, value in (request.body or {}).items() if (line := self._set(row, key, value))]
        if lines:
            self.ledger.append({"what": "update", "number": number, "key": "", "text": ""})
        return Answer(200, lines)

    def _set(self, row: dict[str, Any], key: str, value: Any) -> str:
        """What RT says of it, which is a success to HTTP either way; names it does not know are dropped silently."""
        known = {"Status": STATUSES, "Queue": QUEUES}
        if key in known and value not in known[key]:
            return f"Ticket {row['id']}: {key} '{value}' isn't a valid {key.lower()} for this ticket."
        if key not in ("Status", "Queue", "Priority", "Subject") or str(value) == row[key]:
            return ""
        before, row[key], row["LastUpdated"] = row[key], str(value), now_text()
        return f"Ticket {row['id']}: {key} changed from '{before}' to '{value}'"

    def _say(self, request: Request, number: str) -> Answer:
        row = self._tickets.get(self._merged.get(int(number), int(number)))
        wanted = request.body or {}
        if row is None or "ContentType" not in wanted:
            return Answer(400, {"message": "ContentType is a required field for Content"})
        self._said[row["id"]].append(str(wanted.get("Content", "")))
        row["LastUpdated"] = now_text()
        if request.path.endswith("correspond") and row["Status"] == "new":
            row["Status"] = "open"
        self.ledger.append({"what": "note", "number": number, "key": "", "text": str(wanted.get("Content", ""))})
        return Answer(201, ["Comments added"])

    def _attachments(self, request: Request, number: str) -> Answer:
        said = self._said.get(self._merged.get(int(number), int(number)), [])
        items = [{"id": str(place), "type": "attachment", "Content": text} for place, text in enumerate(said, 1)]
        pages = {"per_page": int(request.query.get("per_page", 20)), "page": 1, "pages": None}
        return Answer(200, {"items": items[::-1], "count": len(items), "total": None, **pages})


ROUTES = (
    ("GET", r"REST/2\.0/rt", "_version"),
    ("GET", r"REST/2\.0/queue/([^/]+)", "_queue"),
    ("GET", r"REST/2\.0/users", "_everybody"),
    ("POST", r"REST/2\.0/users", "_everybody"),
    ("GET", r"REST/2\.0/tickets", "_search"),
    ("POST", r"REST/2\.0/ticket", "_create"),
    ("GET", r"REST/2\.0/ticket/(\d+)", "_show"),
    ("PUT", r"REST/2\.0/ticket/(\d+)", "_update"),
    ("POST", r"REST/2\.0/ticket/(\d+)/(?:comment|correspond)", "_say"),
    ("GET", r"REST/2\.0/ticket/(\d+)/attachments", "_attachments"),
)
