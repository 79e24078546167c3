"""An index that is made while the table is in use, by a migration that can be run again after it gave up."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently

STATE = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"


class AddIndex(AddIndexConcurrently):
    """PostgreSQL leaves half an index behind when it gives up, and that is dropped first. One that is whole stays."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        name = schema_editor.quote_name(self.index.name)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(STATE, [name])
            there = cursor.fetchone()
        if there == (False,):
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {name}")
        if there != (True,):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
