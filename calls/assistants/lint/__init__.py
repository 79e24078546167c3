"""What Vapi would take, and would still go wrong on the telephone: one rule each, with its reason, source and fix."""

from __future__ import annotations
