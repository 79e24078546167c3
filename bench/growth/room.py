"""Whether there is room on the disk for so many calls, before an hour is spent on filling it."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg

# Rows, indexes, the log of both, and what a REINDEX sorts.
BYTES_A_CALL = 45_000


def too_little(url: str, calls: int) -> str:
    """What is missing, in words; empty where nothing is, or where the database is on another machine."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    folder = Path(row[0] if row else "")
    if not folder.exists():
        return ""
    free, wanted = shutil.disk_usage(folder).free, calls * BYTES_A_CALL
    if free >= wanted:
        return ""
    return f"{calls:,} calls need about {_gb(wanted)}, and {folder} has {_gb(free)}: {_gb(wanted - free)} are missing."


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
