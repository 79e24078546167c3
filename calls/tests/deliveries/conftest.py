"""A call in progress with its control line, and Zendesk's stand-in as the active CRM."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from calls.models import Call, MonitorUrls
from sandbox.crm import zendesk as stand_in
from sandbox.vapi.control import ControlPort, control_port
from supportvoice.encryption import seal
from tickets.crm import connections, shared
from tickets.crm.guard import breaker
from tickets.tests.crm import far_ends
from tickets.tests.crm.far_ends import FarEnd

ADA = "+447700900018"


@dataclass
class Running:
    call: Call
    port: ControlPort

    @property
    def heard(self) -> list[str]:
        return [one["message"]["content"] for one in self.port.heard.get(self.call.vapi_id, [])]

    def ends(self) -> None:
        self.port.end(self.call.vapi_id)


@pytest.fixture
def port() -> Iterator[ControlPort]:
    with control_port() as found:
        yield found


@pytest.fixture
def running(db: None, port: ControlPort) -> Running:
    call = Call.objects.create(vapi_id="running-call", status="in-progress", began_at=timezone.now())
    MonitorUrls.objects.create(call_id=call.vapi_id, control_url=seal(port.begin(call.vapi_id)))
    return Running(call, port)


@pytest.fixture
def crm(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarEnd]:
    for module in ("calls.answers.later", "tickets.operations.ask"):
        monkeypatch.setattr(import_module(module), "wake", lambda _task: None)
    with far_ends.zendesk(tmp_path) as found:
        base = str(found.adapter._http._client.base_url).removesuffix("/api/v2/")  # type: ignore[attr-defined]
        settings.CRM = "zendesk"
        settings.CRM_VARIABLES = {
            "ZENDESK_URL": base,
            "ZENDESK_EMAIL": stand_in.EMAIL,
            "ZENDESK_TOKEN": stand_in.TOKEN,
        }
        forget(settings.REDIS_URL)
        yield found
    forget(settings.REDIS_URL)


def forget(redis_url: str) -> None:
    client = shared.client(redis_url)
    keys = list(client.scan_iter("crm:*"))
    if keys:
        client.delete(*keys)
    breaker.cache_clear()
    connections.forget()
