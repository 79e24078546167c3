"""What comes from Vapi and what is refused: how an installation finds out what its account still needs."""

from __future__ import annotations
