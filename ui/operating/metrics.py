"""Metrics for Prometheus: counts and durations of emitted events, and the size of the index."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Response

from index import Index
from index.errors import UserError
from index.events import EVENTS
from ui.security.routes import METRICS

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import GaugeMetricFamily


_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


def add_metrics(app: FastAPI, opened: Callable[[], Index]) -> "EventCounter":
    """Add the route, and start counting events; ``opened`` returns the index."""
    from prometheus_client import CONTENT_TYPE_LATEST, GC_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry
    from prometheus_client import generate_latest as written

    registry = CollectorRegistry()
    for collector in (PROCESS_COLLECTOR, GC_COLLECTOR, IndexCollector(opened)):
        registry.register(collector)
    counter = EventCounter(registry)

    @app.get(METRICS.path)
    def metrics() -> Response:
        return Response(written(registry), media_type=CONTENT_TYPE_LATEST)

    return counter


class IndexCollector:
    """Reads the size of the index on each scrape; yields nothing while no index can be opened."""

    def __init__(self, opened: Callable[[], Index]) -> None:
        self._opened = opened

    def collect(self) -> "Iterator[GaugeMetricFamily]":
        """Yield the gauges."""
        from prometheus_client.core import GaugeMetricFamily

        with suppress(UserError):
            manifest = self._opened().manifest
            for name, help, value in (
                ("documents", "Documents of the current snapshot", manifest.documents),
                ("passages", "Passages of the current snapshot", manifest.passages),
                ("sentences", "Sentences of the current snapshot", manifest.sentences),
                ("skipped_files", "Files that could not be read", len(manifest.skipped)),
                ("snapshot_timestamp_seconds", "When the current snapshot was made", _moment(manifest.created_at)),
            ):
                yield GaugeMetricFamily(f"sourcier_{name}", help, value)


class EventCounter(logging.Handler):
    """Counts events: requests by route, answers by kind, rebuilds by outcome, with histograms of seconds."""

    def __init__(self, registry: "CollectorRegistry") -> None:
        from prometheus_client import Counter, Histogram

        super().__init__(logging.INFO)
        self._counters = {
            event: Counter(f"sourcier_{plural}", help, labels, registry=registry)
            for event, plural, help, labels in (
                ("request", "requests", "Requests that were replied to", ("method", "route", "status")),
                ("answered", "answers", "Answers that were given", ("kind",)),
                ("rebuilt", "rebuilds", "Rebuilds that ended well", ()),
                ("rebuild_failed", "failed_rebuilds", "Rebuilds that failed", ("error",)),
            )
        }
        self._durations = {
            event: Histogram(f"sourcier_{event}_seconds", help, labels, registry=registry, buckets=_SECONDS)
            for event, help, labels in (
                ("request", "How long a reply took, streams to their end", ("route",)),
                ("answered", "How long an answer took", ()),
                ("rebuilt", "How long a rebuild took", ()),
            )
        }
        self._level_before = EVENTS.level
        EVENTS.addHandler(self)
        EVENTS.setLevel(logging.INFO)

    def emit(self, record: logging.LogRecord) -> None:
        """Count one event."""
        event, values = record.getMessage(), getattr(record, "values", {})
        if counter := self._counters.get(event):
            _label(counter, values).inc()
        if duration := self._durations.get(event):
            _label(duration, values).observe(values["seconds"])

    def close(self) -> None:
        """Stop counting."""
        EVENTS.removeHandler(self)
        EVENTS.setLevel(self._level_before)
        super().close()


def _label(metric: Any, values: Mapping[str, object]) -> Any:
    """Return the child of a metric for its label values; the metric itself if it has no labels."""
    return metric.labels(*(str(values[name]) for name in metric._labelnames)) if metric._labelnames else metric


def _moment(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()
