"""The demo's processes besides the servers, as commands."""

from __future__ import annotations

import sys
from pathlib import Path

PYTHON = sys.executable
MANAGE = [PYTHON, "manage.py"]
CELERY = [PYTHON, "-m", "celery", "-A", "supportvoice"]
CRM = [PYTHON, "-m", "celery", "-A", "supportvoice.crm"]
CLOCK = [PYTHON, "-m", "celery", "-A", "supportvoice.clock"]
STEPS = {
    "migrate": ("Preparing the database ...", [*MANAGE, "migrate", "--no-input", "--skip-checks"]),
    "seed": ("Starting the web server, adding customers and tickets ...", [*MANAGE, "seed_demo", "--skip-checks"]),
}
WORKER = [*CELERY, "worker", "--loglevel", "INFO", "--concurrency", "2", "--without-mingle", "--without-gossip"]
CRM_WORKER = [*CRM, "worker", "--loglevel", "INFO", "--queues", "crm", "--pool", "threads", "--concurrency", "32"]
CRM_WORKER += ["--without-mingle", "--without-gossip"]
TRAFFIC = [*MANAGE, "sandbox", "--forever", "--speed", "1", "--concurrency", "4"]


def web(port: int) -> list[str]:
    """One process; its streams end 3 s after it is told to stop."""
    return [PYTHON, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--graceful-timeout", "11"]


def beat(folder: Path) -> list[str]:
    schedule = folder / "beat-schedule"
    return [*CLOCK, "beat", "--loglevel", "INFO", "--schedule", str(schedule), "--pidfile", ""]
