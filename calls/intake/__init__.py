"""From a delivery's bytes to a committed event: size, signature, envelope, redaction, inbox."""

from __future__ import annotations
