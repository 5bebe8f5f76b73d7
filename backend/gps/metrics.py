"""Prometheus metrics of what phones send, read from the counters of the intake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from backend.gps.belief import DROPS, Believed, Outcome
from backend.gps.intake import Intake

OUTCOMES: tuple[Outcome, ...] = (*get_args(Believed), *DROPS)


class GpsMetrics(Collector):
    def __init__(self, intake: Intake) -> None:
        self._counters = intake.counters

    def collect(self) -> Iterable[CounterMetricFamily]:
        counters = self._counters
        fixes = CounterMetricFamily("farol_gps_fixes", "fixes by what became of them", labels=["outcome"])
        for outcome in OUTCOMES:
            fixes.add_metric([outcome], counters.fixes[outcome])
        yield fixes
        reports = CounterMetricFamily("farol_gps_reports", "acknowledged reports", labels=["dialect"])
        for dialect, count in counters.reports.items():
            reports.add_metric([dialect], count)
        yield reports
        for name, count, words in (
            ("unknown_tokens", counters.unknown_tokens, "requests with a token that is not in use"),
            ("busy", counters.busy, "requests that found too many waiting"),
            ("batches", counters.batches, "transactions"),
            ("failures", counters.failures, "batches that did not commit and were not acknowledged"),
        ):
            yield CounterMetricFamily(f"farol_gps_{name}", words, value=count)
