"""/metrics for Prometheus: read at the scrape from what all processes share, so that any of them may be asked."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
PREFIX = "supportvoice_"

log = logging.getLogger(__name__)

Source = Callable[[], Iterable[Metric]]
# The apps add theirs in their AppConfig.
SOURCES: dict[str, Source] = {}


def is_allowed(authorization: str) -> bool:
    """With METRICS_TOKEN as the bearer token; where that is empty, nobody is."""
    token = settings.METRICS_TOKEN
    return bool(token) and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


def exposition() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Everything())
    return generate_latest(registry)


class _Everything(Collector):
    def collect(self) -> Iterator[Metric]:
        """A source that fails is said to, and takes no other with it."""
        up = GaugeMetricFamily(f"{PREFIX}source_up", "Whether this part could be read.", labels=["source"])
        for name, source in SOURCES.items():
            try:
                found = list(source())
            except Exception as error:
                log.warning("metrics of %s not read: %s", name, type(error).__name__)
                up.add_metric([name], 0)
            else:
                up.add_metric([name], 1)
                yield from found
        yield up

    def describe(self) -> Iterator[Metric]:
        """Empty: registering must not read the database."""
        return iter(())
