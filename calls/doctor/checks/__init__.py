"""What the doctor tries out, one file a check; each says in plain words what it found, or why it could not look."""

from __future__ import annotations

from calls.doctor.checks.clock import clock
from calls.doctor.checks.drift import drift
from calls.doctor.checks.keys import keys
from calls.doctor.checks.lint import lint
from calls.doctor.checks.signature import signature
from calls.doctor.checks.tools import tools
from calls.doctor.checks.webhook import webhook
from calls.doctor.said import Check

ALL: dict[str, Check] = {
    "keys": keys,
    "webhook": webhook,
    "signature": signature,
    "tools": tools,
    "drift": drift,
    "lint": lint,
    "clock": clock,
}
