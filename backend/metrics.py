"""Prometheus metrics of the live path, read from the counters its parts keep anyway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from backend.services import Services
from realtime.feed import FactFeed
from realtime.hub import Hub


class _LivePath(Collector):
    """`farol_live_<part>_<what>_total` for every counter, and gauges for what is open now."""

    def __init__(self, services: Services, hub: Hub, feed: FactFeed) -> None:
        self._services = services
        self._parts: dict[str, Any] = {
            "bus": services.bus,
            "feed": feed,
            "hub": hub,
            "gateway": services.gateway,
        }

    def collect(self) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
        for name, part in self._parts.items():
            for what, count in asdict(part.counters).items():
                yield CounterMetricFamily(
                    f"farol_live_{name}_{what}", f"{what} of the {name}, see realtime/{name}.py", value=count
                )
        yield GaugeMetricFamily("farol_live_viewers", "open sockets on /live", value=self._services.gateway.viewers)
        yield GaugeMetricFamily(
            "farol_live_bus_deaf", "1 while the bus does not hear itself", value=self._services.bus.deaf
        )


@contextmanager
def watch_live_path(services: Services, hub: Hub, feed: FactFeed) -> Iterator[None]:
    """Expose the counters while the parts run."""
    with exposed(_LivePath(services, hub, feed)):
        yield


@contextmanager
def exposed(collector: Collector) -> Iterator[None]:
    """At `/metrics` for the length of the block."""
    REGISTRY.register(collector)
    try:
        yield
    finally:
        REGISTRY.unregister(collector)
