"""Taking an operation for one attempt. The row decides: a lease, and a number that fences whoever held it before.

All by the database's clock: several machines' workers share the rows, and one of their clocks may be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from supportvoice.one_row import one_row
from tickets.models import Operation

LEASE = timedelta(seconds=60)

# Operations of one ticket go in their order. Nothing can be done to a ticket that is not there, so what made it is
# waited for until it is done or settled; any other that a person has to look at is passed.
_CLAIM = """
WITH old AS (
    SELECT id, state, lease_until FROM tickets_operation mine
    WHERE id = %(id)s
      AND (state = 'waiting' AND next_attempt_at <= statement_timestamp()
           OR state = 'running' AND lease_until < statement_timestamp())
      AND NOT EXISTS (
        SELECT FROM tickets_operation earlier
        WHERE earlier.ticket_id = mine.ticket_id AND earlier.id < mine.id
          AND (earlier.state IN ('waiting', 'running')
               OR earlier.kind = 'create' AND earlier.state IN ('unclear', 'dead'))
      )
    FOR UPDATE SKIP LOCKED
)
UPDATE tickets_operation operation
SET state = 'running', attempt = operation.attempt + 1,
    lease_until = statement_timestamp() + make_interval(secs => %(lease_s)s)
FROM old WHERE operation.id = old.id
RETURNING operation.attempt, old.state, old.lease_until, statement_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """`left_at`: until when somebody who died may have been at it; None where nobody did. `at`: when it was taken."""

    operation: Operation
    attempt: int
    left_at: datetime | None
    at: datetime

    def write(self, **fields: Any) -> bool:
        """False where another attempt has it by now: then nothing is written."""
        held = Operation.objects.filter(pk=self.operation.pk, state=Operation.State.RUNNING, attempt=self.attempt)
        return bool(held.update(**fields))


def claim(operation_id: int) -> Claim | None:
    """None where there is nothing to do now. Committed when it returns."""
    row = one_row(_CLAIM, {"id": operation_id, "lease_s": LEASE.total_seconds()})
    if row is None:
        return None
    attempt, old_state, old_lease, at = row
    operation = Operation.objects.select_related("ticket__customer").get(pk=operation_id)
    return Claim(operation, attempt, old_lease if old_state == Operation.State.RUNNING else None, at)
