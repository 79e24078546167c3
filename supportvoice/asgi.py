"""The front door: start and stop, the webhook lane, Django for everything else."""

from __future__ import annotations

import gc
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportvoice.settings")
# A pool suits this long-lived process; Celery's children would close theirs after each task.
os.environ.setdefault("DATABASE_POOL_SIZE", "10")

from django.conf import settings
from django.urls import get_resolver

from supportvoice.handler import handler


def is_busy() -> bool:
    return lane.is_busy()


django = handler(is_busy)
# Every page, before the processes part: they share it, and the first visitor does not wait for it.
get_resolver().url_patterns  # noqa: B018  reading it loads them

from calls.intake.lane import Lane  # noqa: E402  needs the apps
from supportvoice import health  # noqa: E402

# How many new objects before Python looks which are garbage: those of a delivery are gone before, without a look. What
# a page holds at that moment is kept as old, and garbage a moment later: the old are looked through each tenth time,
# which takes no longer than another look. Each 400th time was once in five hours, and megabytes until then.
COLLECTED_AFTER = (20_000, 5, 2)

lane = Lane()


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif settings.WEBHOOK_FASTLANE and Lane.matches(scope):
        await lane(scope, receive, send)
    elif health.asks(scope):
        await health.answer(scope, send)
    else:
        await django(scope, receive, send)


async def lifespan(receive: Any, send: Any) -> None:
    await receive()
    await lane.open()
    gc.set_threshold(*COLLECTED_AFTER)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await lane.close()
    django.close()
    await send({"type": "lifespan.shutdown.complete"})


# What is loaded by now stays. Looking through it for garbage would stop a process for 50 ms again and again, and write
# to all of it, so that processes that parted from each other would soon share nothing.
gc.collect()
gc.freeze()
