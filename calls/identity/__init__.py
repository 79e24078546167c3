"""Who is calling, and what may be said to them."""

from __future__ import annotations

from calls.identity.caller import Caller, caller_of
from calls.identity.disclosure import may_hear

__all__ = ["Caller", "caller_of", "may_hear"]
