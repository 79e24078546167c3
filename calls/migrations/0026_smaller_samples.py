"""How often PostgreSQL looks through what grows fast, and how much of it: once a minute it had taken a processor for 1 s.

What waits comes and goes: a tenth of the usual sample says enough of it, and having grown is no reason to read it. Of the
turns' words a large sample is kept (0023), and which words are common hardly changes while there are half as many more.
All take a lock that stops neither readers nor writers.
"""

from django.db import migrations

_SMALLER = """
ALTER TABLE calls_pending SET (autovacuum_vacuum_insert_threshold = -1),
ALTER event_id SET STATISTICS 10, ALTER call_id SET STATISTICS 10, ALTER retry_at SET STATISTICS 10,
ALTER attempts SET STATISTICS 10, ALTER error SET STATISTICS 0;
ALTER TABLE calls_turn SET (autovacuum_analyze_scale_factor = 0.5);
"""
_AS_BEFORE = """
ALTER TABLE calls_turn RESET (autovacuum_analyze_scale_factor);
ALTER TABLE calls_pending RESET (autovacuum_vacuum_insert_threshold),
ALTER event_id SET STATISTICS -1, ALTER call_id SET STATISTICS -1, ALTER retry_at SET STATISTICS -1,
ALTER attempts SET STATISTICS -1, ALTER error SET STATISTICS -1;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0025_packed_bodies"),
    ]

    operations = [migrations.RunSQL(_SMALLER, _AS_BEFORE)]
