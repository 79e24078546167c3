"""What the calls show of an agent's hearing and stopping, and which of its settings to change because of it."""

from __future__ import annotations
