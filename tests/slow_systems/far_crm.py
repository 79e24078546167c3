"""A CRM as a process of its own, and an installation that keeps its tickets there."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.crm import zendesk
from sandbox.demo import children
from supportvoice.embedded.ports import free_port
from tests.stack import Stack, wait_until


@dataclass
class FarCrm:
    """The stand-in of Zendesk, over HTTP."""

    stack: Stack
    url: str

    @property
    def settings(self) -> dict[str, str]:
        account = {"ZENDESK_EMAIL": zendesk.EMAIL, "ZENDESK_TOKEN": zendesk.TOKEN}
        return {"CRM": "zendesk", "ZENDESK_URL": self.url, **account}

    def knobs(self, **wanted: Any) -> dict[str, Any]:
        return dict(self._post("_knobs", wanted))

    def plant(self, **what: Any) -> str:
        return str(self._post("_plant", what)["id"])

    def ledger(self, text: str) -> list[dict[str, Any]]:
        """Every write that carries this text: what was really done there."""
        rows = httpx.get(f"{self.url}/_ledger", trust_env=False).json()
        return [row for row in rows if text in json.dumps(row)]

    def is_held(self) -> bool:
        return bool(self.knobs()["is_held"])

    def start_worker(self) -> None:
        self.stack.start("crm-worker", children.CRM_WORKER, **self.settings)

    def _post(self, what: str, body: dict[str, Any]) -> Any:
        return httpx.post(f"{self.url}/{what}", json=body, trust_env=False).json()


@contextmanager
def far_crm(stack: Stack) -> Iterator[FarCrm]:
    """The web server and the CRM worker are started anew with its settings, and afterwards without."""
    port = free_port()
    crm = FarCrm(stack, f"http://127.0.0.1:{port}/zendesk")
    stack.start("crm", [sys.executable, "-m", "sandbox.crm", "--port", str(port)])
    wait_until(lambda: _listens(crm), 20, what="the stand-in CRM")
    stack.stop("web")
    stack.stop("crm-worker")
    try:
        stack.start_web(**crm.settings)
        crm.start_worker()
        yield crm
    finally:
        for name in ("web", "crm-worker", "crm"):
            if name in stack.processes:
                stack.stop(name)
        stack.start_web()
        stack.start("crm-worker", children.CRM_WORKER)


def _listens(crm: FarCrm) -> bool:
    try:
        return bool(crm.knobs()) or True
    except httpx.HTTPError:
        return False
