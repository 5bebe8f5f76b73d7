"""Everything that moves in a collector is counted here, in one registry per process."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Made by the composition root; `summary()` is what the log shows now and then."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.polls = self._counter("polls", "Polls that brought at least one answer")
        self.misses = Counter("farol_collector_misses", "Polls without an answer", ["reason"], registry=self.registry)
        self.skipped = self._counter("skipped_polls", "Slots that passed while the device was still being asked")
        self.incomplete = self._counter("incomplete_polls", "Polls that brought only part of the ports")
        self.variables = self._counter("variables", "Variables that came back")
        self.gaps = Counter("farol_collector_gaps", "Ports without a rate", ["reason"], registry=self.registry)
        self.stored = self._counter("samples_stored", "Samples committed")
        self.dropped = Counter(
            "farol_collector_samples_dropped", "Samples that were never stored", ["reason"], registry=self.registry
        )
        self.store_failures = self._counter("store_failures", "Batches that Postgres did not take at the first try")
        self.announced = self._counter("readings_announced", "Readings announced after they were stored")
        self.discoveries = Counter("farol_collector_discoveries", "Discovery walks", ["result"], registry=self.registry)
        self.radius_nas = Gauge("farol_collector_radius_nas", "NAS that are known", registry=self.registry)
        self.radius_acknowledged = self._counter("radius_acknowledged", "Accounting requests stored and replied to")
        self.radius_duplicates = self._counter("radius_duplicates", "Requests sent again, answered from the cache")
        self.radius_ignored = self._counter("radius_ignored", "Notices that told nothing new")
        self.radius_clock_off = self._counter("radius_clock_off", "Notices dated so far off that arrival was taken")
        self.radius_commit_failures = self._counter("radius_commit_failures", "Batches without a commit, nor a reply")
        self.radius_dropped = Counter(
            "farol_collector_radius_dropped", "Datagrams without a reply", ["reason"], registry=self.registry
        )
        self.radius_closed = Counter(
            "farol_collector_radius_closed", "Sessions ended without a Stop", ["how"], registry=self.registry
        )
        self.radius_batch = Histogram(
            "farol_collector_radius_batch",
            "Requests per commit",
            buckets=(1, 3, 10, 30, 100, 300, 1_000),
            registry=self.registry,
        )
        self.bugs = self._counter("bugs", "Exceptions nobody expected, each logged with its trace")
        self.devices = Gauge("farol_collector_devices", "Devices leased by this collector", registry=self.registry)
        self.buffered = Gauge("farol_collector_samples_buffered", "Samples not stored yet", registry=self.registry)
        self.lag = Gauge("farol_collector_lag_seconds", "How late the last poll started", registry=self.registry)
        self.batch = Histogram(
            "farol_collector_batch_samples",
            "Samples per stored batch",
            buckets=(1, 10, 100, 1_000, 10_000, 100_000),
            registry=self.registry,
        )

    def _counter(self, name: str, text: str) -> Counter:
        return Counter(f"farol_collector_{name}", text, registry=self.registry)

    def summary(self) -> dict[str, float]:
        """Every figure that is not zero, by its name and label."""
        figures: dict[str, float] = {}
        for family in self.registry.collect():
            for sample in family.samples:
                if sample.value and not sample.name.endswith(("_created", "_bucket")):
                    name = sample.name.removeprefix("farol_collector_").removesuffix("_total")
                    figures[".".join((name, *sample.labels.values()))] = round(sample.value, 3)
        return figures
