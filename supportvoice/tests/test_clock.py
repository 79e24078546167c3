"""Beat sends what the settings name, and is small: it loads none of the apps."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings

from supportvoice.celery import app

STARTED = """
import logging, sys
from supportvoice.clock import app
app.loader.init_worker()
app.finalize()
app.log.setup(loglevel="INFO")
logging.getLogger("celery.beat").info("Authorization: Bearer abcdefgh12345678")
print(app.amqp.router.route({}, "tickets.perform_due")["queue"].name)
print(len(app.conf.beat_schedule), "django.db" in sys.modules, "calls.tasks" in sys.modules)
"""


def test_it_knows_when_and_loads_no_app_and_masks_what_it_logs() -> None:
    started = subprocess.run(
        [sys.executable, "-c", STARTED], env=os.environ, capture_output=True, text=True, check=True
    )
    assert started.stdout.split() == ["crm", str(len(settings.REPEATED)), "False", "False"]
    assert "celery.beat" in started.stderr
    assert "abcdefgh12345678" not in started.stderr


def test_each_task_that_it_names_is_there() -> None:
    app.loader.import_default_modules()
    assert {task for task, _ in settings.REPEATED.values()} <= app.tasks.keys()
