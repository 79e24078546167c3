"""The event table's first day partitions; from then on beat makes them ahead (calls.ensure_event_partitions)."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def make_partitions(apps: Any, schema_editor: Any) -> None:
    from calls.intake import partitions

    partitions.ensure(days_ahead=7)


class Migration(migrations.Migration):
    dependencies = [("calls", "0003_live_tile_indexes")]
    operations = [migrations.RunPython(make_partitions, migrations.RunPython.noop)]
