"""A person settles a callback. Of two at once the database lets one win; the other hears who did."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from calls.escalations.errors import person_name
from calls.models import Callback
from supportvoice import live
from tickets.decisions import LIVE_NAME

State = Callback.State


class SettlingError(Exception):
    """Nothing was changed. Says why, for who wanted to."""


class SettledError(SettlingError):
    """Somebody else was faster; `callback` is how it stands now."""

    def __init__(self, callback: Callback) -> None:
        state = callback.get_state_display().lower()
        super().__init__(f"{person_name(callback.settled_by)} has settled it already: {state}.")
        self.callback = callback


class NoNoteError(SettlingError):
    def __init__(self) -> None:
        super().__init__("Say why nobody calls: the customer was promised it.")


@transaction.atomic
def settle(callback: int, state: Callback.State, *, by: User, note: str) -> None:
    """Done, or cancelled, which takes a note."""
    note = note.strip()
    if state == State.CANCELLED and not note:
        raise NoNoteError
    still_open = Callback.objects.filter(pk=callback, state=State.OPEN)
    if not still_open.update(state=state, settled_by=by, settled_at=Now(), note=note):
        raise SettledError(Callback.objects.select_related("settled_by").get(pk=callback))
    transaction.on_commit(partial(live.publish, "calls", {"ids": [LIVE_NAME]}))
