"""Which CRM is the active one, and the adapters by name. `local` is always there."""

from __future__ import annotations

LOCAL = "local"
