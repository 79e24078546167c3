"""How much of a day's calls is known: of each its status, its words, its report."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import connection

# A call under way lacks nothing yet; of a call that nobody was connected to there are no words.
_COUNT = """
INSERT INTO calls_daycompleteness
    (day, calls, with_status, with_transcript, with_report, complete, healed, counted_at)
SELECT %(day)s, count(*), count(*) FILTER (WHERE has_status), count(*) FILTER (WHERE has_words),
       count(*) FILTER (WHERE has_report), count(*) FILTER (WHERE has_status AND has_words AND has_report),
       count(*) FILTER (WHERE is_healed), %(now)s
FROM (
    SELECT under_way OR c.ended_at IS NOT NULL AS has_status,
           under_way OR r.call_id IS NOT NULL AS has_report,
           under_way OR (c.ended_at IS NOT NULL AND c.started_at IS NULL) OR coalesce(r.transcript, '') <> ''
               OR EXISTS (SELECT FROM calls_turn t WHERE t.call_id = c.id) AS has_words,
           EXISTS (SELECT FROM calls_healing h WHERE h.call_id = c.id) AS is_healed
    FROM (
        SELECT *, ended_at IS NULL AND lost_at IS NULL AS under_way FROM calls_call
        WHERE began_at >= %(begin)s AND began_at < %(end)s
    ) c LEFT JOIN calls_report r ON r.call_id = c.id
) counted
ON CONFLICT (day) DO UPDATE SET
    calls = excluded.calls, with_status = excluded.with_status, with_transcript = excluded.with_transcript,
    with_report = excluded.with_report, complete = excluded.complete, healed = excluded.healed,
    counted_at = excluded.counted_at
"""


def count_today_and_yesterday(now: datetime) -> None:
    """What came late still counts for the day the call began."""
    today = now.astimezone(UTC).date()
    for day in (today - timedelta(days=1), today):
        count(day, now)


def count(day: date, now: datetime) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"day": day, "now": now, "begin": begin, "end": begin + timedelta(days=1)})
